"""The mistakes that students make, by name: what to say when one of them is found.

`number` is the row of the list that the course collected from forums, issues and lectures. A message says
what the numbers show and why, and stops short of the corrected line, which is what the third hint is for. In
a message {what} stands for the results that are wrong; {factor} for a number in them that explains it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    key: str
    number: int | None  # row of the list of misconceptions
    message: str


_ROWS = """
missing_batch_mean | 1 | {what} is exactly {factor} times too big in every entry, and {factor} is your batch size: the loss averages over the batch, so divide by N, once.
batch_mean_twice | 2 | {what} is exactly N times too small: 1/N belongs in once, and what you multiply with carries it already.
batch_mean_twice_in_hidden_delta | 3 | The output layer is right, and everything below it is N times too small: the upstream gradient already carries the 1/N, you divided again.
sign_flipped | 4 | Every sign of {what} is opposite: target − prediction in place of prediction − target, or the minus of gradient descent folded into the gradient.
factor_two | 5 | {what} is exactly 2 times too big: is the loss ½‖·‖² or ‖·‖²? Count what the derivative of the square brings down.
factor_half | 5 | {what} is exactly half of what it should be: a ½ too many.
gradients_not_reset | 6 | Right the first time, and more at the second call: yesterday's gradients are still there. Set them to zero before the pass starts.
assignment_instead_of_sum | 7 | A value that is used twice got the contribution of one consumer only: contributions add up, `=` throws the earlier ones away.
no_topological_order | 8 | A value passed its gradient on before all of its consumers had reported: walk in reverse topological order.
transposed_weight_gradient | 9 | {what} is the transpose of the right answer. A gradient has the shape of its array; write the shape next to each factor.
untransposed_weights | 10 | The weights go backward the way they went forward: on the way back their transpose is needed. In a square layer both fit, and only one is right.
matmul_for_hadamard | 12 | A matrix product stands at the activation: σ' acts on each unit alone, so it multiplies entry by entry.
precedence_of_product | 13 | Python reads `a * B @ c` from left to right, as `(a * B) @ c`: the parentheses around the matrix product are missing.
derivative_at_activation | 14 | Your numbers are those of f'(a): the derivative is taken at the pre-activation z. (What is a(1 − a) in terms of a is σ'(z).)
a_form_fed_with_z | 15 | Your numbers are those of z(1 − z), or 1 − z²: that form of the derivative wants the activation a = f(z), not z. σ' never exceeds 0.25.
local_derivative_of_wrong_variable | 16 | The local derivative uses the wrong variable: check which of input and output it is written in.
activation_derivative_omitted | 17 | Your gradient before the activation equals the one after it: the factor f'(z) is missing.
output_derivative_omitted | 18 | {what}: the derivative of the output activation is missing. It cancels for cross-entropy, and only there.
output_derivative_twice | 19 | {what}: σ' is applied on top of p − y. For cross-entropy p − y already contains it: it cancels.
missing_negative_label_term | 20 | Right where y = 1, zero where y = 0: the (1 − y) term of the loss is missing.
missing_parenthesis | 21 | Your numbers are those of the formula as Lecture 000 prints it, without the parentheses. It agrees with the right one at y = 1 only.
softmax_diagonal_only | 22 | Only the diagonal of the softmax Jacobian is there: every output depends on every input of its row, so −pᵢpⱼ is missing. A row of ∂L/∂z sums to 0.
softmax_wrong_axis | 23 | The softmax runs over the examples: each row (one example) must sum to 1, yours sum to 1 by column.
mean_over_classes | 24 | {what} is K times too small: the loss averages over examples, not over classes too.
class_factor_included | 24 | {what} is K times too big: the number of classes is not a factor of this loss.
bias_not_summed | 25 | {what}: one row for each example. The bias is shared by all N rows, so its gradient is a sum over them.
bias_summed_over_wrong_axis | 26 | {what} is summed over the units; the sum runs over the examples, the axis that the bias does not have.
bias_summed_to_scalar | 26 | {what} is a single number: every unit has its own bias, sum over the examples alone.
bias_averaged | 26 | {what} is averaged over the examples, and what comes from above carries the 1/N already: sum.
bias_keeps_axis | 27 | {what}: the numbers are right, the shape is not. (1, k) is not (k,): `keepdims` leaves an axis that the bias does not have.
bias_follows_input | 28 | {what} changes with the input: ∂z/∂b is 1, whatever x is.
updated_weights_in_backward | 29 | Your result changes with the learning rate where it must not: something was updated before it was used. Compute everything from the old values, then update.
weight_gradient_for_weight | 30 | The weights' gradient went backward in place of the weights: ∂z/∂a is W, not dW.
pre_activation_for_activation | 31 | {what} is computed from the pre-activation z; the layer's input is the activation a.
learning_rate_included | 32 | {what} is exactly the learning rate times the gradient: return the gradient, not the step.
relu_mask_on_gradient | 33 | Zeros stand where the upstream gradient is negative; relu's zeros stand where z is negative.
relu_for_its_derivative | 34 | relu(z) stands where relu'(z) belongs: the derivative is 0 or 1.
upstream_ignored | 35 | The result is the same whatever arrives from above: multiply the local derivative by the upstream gradient.
l2_missing | 36 | {what}: off by exactly λW, the penalty's gradient is missing.
l2_doubled | 36 | {what}: off by exactly λW, the penalty counts twice. The derivative of ½λ‖W‖² is λW.
l2_sign | 36 | {what}: off by exactly 2λW, the penalty has the wrong sign.
l2_on_bias | 36 | {what}: off by exactly λb. The penalty is on weights, not on biases.
l2_one_layer_only | 36 | {what}: off by exactly λW in one layer: each weight matrix has its penalty.
l2_divided_by_batch | 36 | {what}: the penalty is divided by N, but it is not a mean over examples.
last_example_only | 37 | Only the last example contributes: inside the loop over examples `=` must be `+=`.
first_example_only | 37 | Only the first example contributes: a return, or an index, ends the loop too early.
input_modified | 38 | Your function changes its argument {what}. The caller still needs the old values: work on a copy (`d = p.copy()`, and `d = d - y` in place of `d -= y`).
log_of_zero | 39 | The result is nan or inf on a large input: a probability was rounded to exactly 0 or 1, and then log(0). Compute from the logit.
exp_overflow | 40 | exp overflows on a large input. Branch on the sign, or subtract the maximum, so that its argument is never large and positive.
integer_truncation | 41 | Decimals are cut off: an integer array (`zeros_like` of integers, `//`, dtype=int) holds your floats.
broadcast_to_square | 42 | (n,) against (n, 1) broadcasts to a table of all n·n pairs: bring both to one shape first.
tanh_for_its_derivative | 45 | Your numbers are those of tanh itself, not of its derivative 1 − tanh².
sigmoid_derivative_for_tanh | 45 | Your numbers are those of σ(1 − σ), the sigmoid's derivative, on a tanh.
all_zero | 46 | Everything is 0. Is the body still the blank one?
negative_label_sign | 51 | Right where y = 1, opposite sign where y = 0: the inner derivative of 1 − p is −1.
error_for_delta | 52 | What goes back to the hidden layer is the raw error; it is the output's delta, with the activation's derivative, that goes back.
forward_difference |  | A one-sided difference: its error shrinks like h, the central one's like h².
step_not_doubled |  | x + h and x − h are 2h apart, and you divide by h.
all_entries_nudged |  | All entries were nudged at once: one entry at a time, the others stay.
nudge_not_undone |  | An entry that was nudged stayed nudged: put the old value back before the next one.
missing_bias |  | The bias is missing.
activation_omitted |  | The activation of a layer is missing: z was handed on in place of a = f(z).
activation_on_output |  | The output went through an activation that this network does not have there.
last_layer_derivative |  | σ' is taken from the last layer for every layer, as Lecture 001 prints it: D[l] belongs to layer l.
product_rule_half |  | One of the two terms of the product rule is missing.
inner_derivative_missing |  | The chain rule's inner derivative is missing.
branch_missing |  | One branch is missing: what depends on t in two ways has two terms.
operands_swapped |  | The gradients of the two inputs are swapped: for a product, each one gets the other's value.
outputs_in_wrong_order |  | The numbers are right and in the wrong places: return them in the order that the task names.
own_value_for_other |  | For a product each input is scaled by the other input, not by itself.
upstream_added |  | The upstream gradient was added; the chain rule multiplies.
local_sign |  | The local derivative has the wrong sign.
gradient_not_used |  | The step does not depend on the size of the slope: multiply the learning rate by the derivative itself.
steps_uphill |  | You go uphill: the step is minus the learning rate times the slope.
start_slope_kept |  | Every step uses the slope of the starting point: compute it anew where you are.
scale_from_input |  | The derivative is taken without the constant factor in front.
reciprocal_not_squared |  | The derivative of 1/x is −1/x²: the square is missing.
every_entry_gets_gradient |  | Every entry got the gradient; only the one that decided the result does.
mean_not_divided |  | Each entry of a mean moves the result by 1/n of its own change: the 1/n is missing.
children_before_parents |  | The order is reversed: each node stands before the nodes that it is computed from.
visited_twice |  | A node appears more than once: remember which nodes have been visited.
node_left_out |  | Not every node is in the result.
cycle_undetected |  | A graph with a cycle has no such order, and your function does not say so: raise ValueError.
recomputed_instead_of_cached |  | The values are right, but some node was computed more than once: look the value up before you compute it.
parents_and_children_swapped |  | The arrows are read the wrong way round: inputs and consumers are swapped.
input_nodes_activated |  | The activation was applied to the input nodes: they pass their value on.
edge_direction_swapped |  | w_ij goes from i to j in Lecture 003 (in the other lectures to i from j): the indices are swapped.
node_value_for_input |  | ∂E/∂y and ∂E/∂x are mixed up: x is before the activation, y after it.
product_for_sum |  | The contributions were multiplied; along a path factors multiply, and over paths the products add.
path_counted_as_edge |  | You counted edges; paths multiply from layer to layer.
wrong_layer_index |  | A neighbouring layer's array was used: check the index of each factor against its layer.
index_weighted |  | The sum weighs each class by its number k, as Lecture 002 prints it: the k under the Σ is the index, not a factor.
maximum_not_subtracted_from_all |  | The shift by the maximum changed the result: what is subtracted inside must be added back outside.
normalised_over_everything |  | The sum in the denominator runs over all entries: each row has its own.
log_missing |  | The logarithm is missing.
sum_for_mean |  | The examples are summed; the loss is their mean.
slope_missing_on_negative_side |  | On the negative side the slope is γ, not 0.
slope_on_positive_side |  | The slope γ sits on the positive side: it belongs to z < 0.
cdf_term_missing |  | The product rule of z·Φ(z) has two terms; Φ(z) is missing.
density_term_missing |  | The product rule of z·Φ(z) has two terms; z·φ(z) is missing.
beta_forgotten |  | β is missing inside: the argument is βz.
beta_included |  | β multiplies once too often: the inner derivative β cancels the 1/β in front.
argument_not_doubled |  | tanh(z) = 2σ(2z) − 1: the 2 inside is missing.
not_shifted |  | tanh(z) = 2σ(2z) − 1: the shift by 1 is missing.
fan_swapped |  | Inputs and outputs of the layer are swapped.
variance_for_deviation |  | That is the variance; the square root is missing.
input_gradient_counted |  | The first layer's input is data: its gradient is not needed and not counted.
first_layer_forgotten |  | The first layer's weights have a gradient too.
batch_forgotten |  | The count is for one example; the batch repeats it.
weights_only |  | Only the weights moved: biases are parameters too.
samples_shifted |  | The examples and their targets are from different rows.
sigmoid_for_softmax |  | Each entry was squashed alone, by a sigmoid; a softmax divides by the sum over the row.
log_of_softmax |  | These are the logarithms of the probabilities.
softmax_backward_omitted |  | Your numbers are −y/p, the gradient at the probabilities: the step back through the softmax is missing.
loss_sign |  | The loss is −log p of the right class: the minus is missing, and the loss would be negative.
binary_loss |  | This is the binary loss, applied to each class; with a softmax only the right class's log p counts.
jacobian_diagonal_missing |  | Only the −pᵢpⱼ part of the Jacobian is there; the diagonal has pᵢ besides.
jacobian_without_last_factor |  | The factor p in front is missing.
mean_for_sum |  | A mean stands where a sum is needed.
l2_of_gradient |  | λ multiplies the gradient; the penalty's gradient is λ times the weights.
index_weighted_from_0 |  | The sum weighs each class by its number k: the k under the Σ is the index, not a factor.
base_ten |  | The logarithm is the natural one, ln.
wrong_order |  | The order of discovery is no topological order: some node passes its gradient on before all of its consumers have reported.
base_case_missing |  | ∂output/∂output = 1 is missing.
base_case_value |  | The pass starts with the output's value; it starts with ∂output/∂output = 1.
local_derivative_omitted |  | The local derivative is missing: multiply the consumer's gradient by it.
first_branch_only |  | Only the first branch is there: what is used several times has as many terms.
sum_before_product |  | Sums were multiplied; multiply first, then add.
branch_through_x_missing |  | The branch through x is missing.
direct_term_missing |  | The direct term is missing.
tanh_for_sigmoid |  | That is tanh; the sigmoid lies between 0 and 1.
leaves_counted |  | The leaves are counted too: they are given, nothing is computed there.
learning_rate_missing |  | The learning rate is missing: the whole gradient was the step.
learning_rate_missing_on_biases |  | The learning rate is missing in the biases' step.
activation_missing_on_output |  | The last layer has its activation too.
wrong_activation |  | Another activation was used: look which one the task names.
tanh_derivative_for_sigmoid | 45 | 1 − a² is the derivative of tanh; σ' is a(1 − a).
returns_gradients |  | These are the gradients; the new parameters are asked for.
sigma_for_derivative |  | σ(z) stands where σ'(z) belongs.
value_for_derivative |  | The value stands where the local derivative belongs.
power_rule_for_exp |  | That is the power rule; in eˣ the exponent varies, not the base.
mean_for_max |  | That is the gradient of the mean.
ties_get_it_all |  | Tied entries got the whole gradient each.
division_by_beta_missing |  | The division by β is missing.
sigmoid_slope_for_sigmoid |  | That is σ', one derivative too far.
relu_for_softplus |  | That is relu, the limit of softplus for large β.
product_rule_without_z |  | The second term of the product rule lacks its factor z.
normalisation_missing |  | The density's factor 1/√(2π) is missing.
erf_argument |  | The argument of erf is z/√2.
shifted_only |  | tanh is not only a shifted sigmoid: it is rescaled in both directions.
height_not_doubled |  | The factor 2 in front is missing.
sigmoid_for_tanh |  | That is the sigmoid itself.
all_rows_counted | 47 | How many rows are different from each other? Equal weights get equal gradients.
weights_of_first_layer_used |  | The weights of another layer went back.
glorot_variance_for_bound |  | That is the standard deviation, not the bound of the uniform distribution.
one_layer_for_depth |  | That is one layer; each layer multiplies by its own factor.
sum_for_product |  | The factors were added; along a path they multiply.
weights_ignored |  | The weights are missing.
edge_weight_with_output_gradient |  | The gradient behind the activation was used for the weight.
output_activated |  | The output node has no activation here.
nodes_for_edges |  | That is the number of nodes; the work is done once for each edge.
all_paths_added |  | The paths to all nodes were added.
outputs_swapped |  | Both results are right, in the wrong order.
squared_error |  | That is the squared error; asked for is the log loss.
output_gradient_of_square |  | y − t belongs to the squared error.
exponent_off_by_one |  | One factor too many.
exponent_one_too_small |  | One factor too few.
ends_forgotten |  | The edges at the two ends are missing.
absolute_error |  | That is the absolute error: divide by the size of the gradients.
absolute_value_missing |  | The absolute value is missing.
averaged_steps |  | Each step was divided by the number of steps.
backward_difference |  | A one-sided difference, from x down: its error shrinks like h.
batch_ignored |  | All examples were used: the batch is ignored.
central_not_exact |  | The errors on both sides cancel here.
counts_for_lists |  | Those are numbers of consumers; their names are asked for.
curvature_forgotten |  | The steeper the valley, the smaller the step.
cycle_returns_none |  | For a graph with a cycle a ValueError is due.
divided_by_all |  | Divided by the size of the whole data set: the mean runs over the batch.
division_by_rate |  | The slope was divided by the learning rate.
end_for_maximum |  | That is a minimum.
entrywise_ratio |  | Divided entry by entry: one entry near 0 decides then.
error_sign |  | The error has the other sign.
factor_two_in_squares |  | The ½ in front of the squares cancels the 2 of their derivatives.
first_input_only |  | Only the first input of each node was looked at.
first_rows_for_batch |  | The first rows were taken; the indices say which ones.
gradient_for_position |  | The position became the step itself.
gradient_of_absolute_value |  | Only the sign of the error is used: that is the gradient of |ŷ − y|.
inputs_left_out |  | The values of the leaves are missing in the result.
inverse_ratio |  | The ratio is upside down.
last_entry_only |  | Only the last entry is filled.
last_layer_for_first |  | Last and first layer are mixed up.
last_point_only |  | That is the last point; the whole path is asked for.
last_value_only |  | That is the last value; all are asked for.
loss_of_z |  | The loss compares the activation with the target, not the pre-activation.
middle_for_maximum |  | The maximum is not in the middle.
missing_mean_in_bias | 1 | The bias's gradient is summed; its mean over the examples is asked for.
missing_mean_in_weights | 1 | The weights' gradient is summed; its mean over the examples is asked for.
mixed_term_missing |  | The mixed term is missing.
not_divided |  | The difference is not divided by the distance.
one_step_for_n |  | That is one step; n of them are asked for.
one_step_missing |  | One step too few.
one_step_too_many |  | One step too many.
operands_reversed |  | The operands are reversed: keep the order of the inputs.
other_third |  | The other third.
other_valley_deeper |  | Both valleys are equally deep.
overshoot_forbidden |  | A step that overshoots can still converge.
product_of_derivatives |  | The derivatives of the two factors were multiplied: (u·v)' is u'·v + u·v'.
product_rule_other_half |  | The other of the two terms of the product rule is missing.
rate_grows_with_curvature |  | The rate must shrink as the valley gets steeper.
samples_ignored |  | The examples were taken in order; the indices say which ones.
slope_follows_x |  | The slope is the same everywhere here.
square_missing |  | The error is not squared.
start_left_out |  | The start is missing.
sum_for_max |  | A sum stands where the larger one is asked for.
units_for_weights |  | Units are counted; the work is done once for each weight.
weight_gradient_only |  | Only the weights' gradients are counted.
without_replacement |  | An example that was drawn twice was used once.
decimals_lost |  | Rounded too early: the number is right as far as it goes; give four significant digits.
different_on_second_call |  | The same input gave another result at the second call: something is kept between calls (a global, a default argument, an attribute).
result_overwritten |  | An earlier result changed when the function was called again: both calls return the same array. Make a new one in each call.
returns_none |  | The function returned None: is there a `return`?
returns_loss |  | This is the loss, a single number; asked for is its gradient.
infinite_loop |  | Your function was still running after {factor} seconds and was stopped: look for a loop whose condition never becomes false.
raises |  | Your function stopped with an error.
warns |  | The result is right, but numpy warned on the way: {factor}.
wrong_arguments |  | Your function does not take the arguments of the task.
not_attempted |  | Not attempted yet.
"""  # noqa: E501

CATALOGUE = {
    key: Mistake(key, int(number) if number else None, message)
    for key, number, message in (map(str.strip, row.split("|", 2)) for row in _ROWS.strip().splitlines())
}


def message(key, say=None, what="the result", factor=""):
    text = say or CATALOGUE[key].message
    if " and " in what:  # dX, dW and db are, not is
        text = text.replace("{what} is ", "{what} are ")
    return text.replace("{what}", what).replace("{factor}", str(factor))
