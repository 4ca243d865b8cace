"""The mistakes that students make, by name: what to say when one of them is found.

`number` is the row of the list that the course collected from forums, issues and lectures. A message says what the numbers
show and why, and stops short of the corrected line, which is what the third hint is for. In a message {what} stands for
the results that are wrong; {factor} for a number in them that explains it.
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
hadamard_for_matmul | 11 | An entry-by-entry product stands where a sum over units is needed: `*` needs equal shapes, `@` adds up.
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
perturbs_prediction | 43 | This is the slope of the prediction; the loss is what you differentiate.
tanh_for_its_derivative | 45 | Your numbers are those of tanh itself, not of its derivative 1 − tanh².
sigmoid_derivative_for_tanh | 45 | Your numbers are those of σ(1 − σ), the sigmoid's derivative, on a tanh.
all_zero | 46 | Everything is 0. Is the body still the blank one?
derivative_read_as_product | 48 | g'(z) was read as a product of g' and z; it is the function g' applied to z.
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
wrong_step_count |  | The path has one point too many or too few: the start is part of it, and then one point for each step.
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
biases_updated_with_weights |  | The biases are updated with the weights' gradient, or not at all.
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
    return (say or CATALOGUE[key].message).replace("{what}", what).replace("{factor}", str(factor))
