"""Right formulas in the forms that students write are right, whatever the constants; near misses are wrong.

Each graph has a list of both, separated by semicolons; what is no text stands in a list of its own.
"""

import math

import numpy as np
import pytest
import sympy

import backprop_lib as bp

b, p, q, t, u, w, x, y, z = sympy.symbols("b p q t u w x y z", real=True)
GRAPHS, RIGHT, WRONG = {}, [], []


def claims(wrt, right="", wrong="", more=(), more_wrong=()):
    """Register a function that builds a graph, with right and wrong formulas for its derivative by `wrt`."""

    def register(build):
        GRAPHS[build.__name__] = build, wrt
        for listed, texts, others in ((RIGHT, right, more), (WRONG, wrong, more_wrong)):
            texts = [text.strip() for text in texts.split(";") if text.strip()]
            listed.extend((build.__name__, claim) for claim in [*texts, *others])
        return build

    return register


def verdict_on(name, claim):
    build, wrt = GRAPHS[name]
    return bp.check_derivation(claim, build(), wrt)


def named(name, node):
    node.name = name
    return node


# --------------------------------------------------------------------------------------- numbers as they come


@claims(
    "x",
    right="1e-5; 0.00001; 10^(-5); 1/100000; 10⁻⁵; 1/10^5; 2*5e-6",
    wrong="1.000001e-5; 1e-6; -1e-5; 0; 1e-5*x; 1e-5 + 1e-20",
    more=[1e-5, sympy.Rational(1, 100000), sympy.Float("1e-5")],
)
def small_factor():
    return 1e-5 * bp.inputs(x=2.0)


@claims(
    "x",
    right="1/3; 0.3333333333333333; 0.33333333333333333; 2/6; 3^(-1); ⅓",
    wrong="0.333333; 0.3333333; 0.33333333333; 1/3 + 1/10^6; -1/3; 3; 0.3333333333333333*1.000001",
    more=[1 / 3, sympy.Rational(1, 3), sympy.Float(1 / 3)],
    more_wrong=[0.333333, sympy.Float(0.33334)],
)
def third():
    return (1 / 3) * bp.inputs(x=2.0)


@claims(
    "x",
    right="1/3; 0.3333333333333333; 0.3333333333333333333333; 1 - 2/3; 0.3333333333333",
    wrong="0.333333; 0.33333333; 1/3*x; -0.3333333333333333; 0.33333333333",
    more=[1 / 3, sympy.Float(1 / 3)],
)
def divided_by_three():
    return bp.inputs(x=2.0) / 3


@claims(
    "x",
    right="0.3; 3/10; 0.1*3; 0.30000000000000004; 0.1 + 0.2; 3*10^-1",
    wrong="0.3000003; 0.03; -0.3; 0.30000000001",
    more=[0.1 * 3, 0.3],
)
def three_tenths():
    return 0.1 * 3 * bp.inputs(x=2.0)


@claims(
    "x",
    right="pi; π; 3.141592653589793; 3.14159265358979; 3.1415926535898; 2*pi/2",
    wrong="3.14159; 22/7; 355/113; 3.1415926; -pi; 3.141592653; 3.1415926536",
    more=[math.pi, sympy.pi],
)
def circle():
    return 3.14159265358979 * bp.inputs(x=2.0)


@claims(
    "p",
    right="-1/(p + 1e-8); -1/(p + 10^(-8)); -(p + 1e-8)^(-1); 1/(-p - 1e-8); -100000000/(100000000*p + 1)",
    wrong="-1/p; 1/(p + 1e-8); -1/(p - 1e-8); -1/(p + 1e-7); -1/(p + 2*1e-8); -(1 - 1e-8/p)/p",
    more=[-1 / (p + sympy.Float("1e-8"))],
)
def guarded_log():
    return -bp.log(bp.inputs(p=0.5) + 1e-8)


@claims(
    "x",
    right="x/sqrt(x² + 1e-12); x*(x^2 + 1e-12)^(-1/2); x*(x^2 + 1e-12)^(-0.5); 2*x/(2*sqrt(x*x + 1e-12))",
    wrong="x/abs(x); 1; x/sqrt(x^2 + 1e-6); sign(x); x/sqrt(x^2)",
)
def smooth_absolute_value():
    return bp.sqrt(bp.inputs(x=0.5) ** 2 + 1e-12)


@claims(
    "x",
    right="""0.7978845608028654*(1 - tanh(0.7978845608028654*x)^2); sqrt(2/π)*(1 - tanh(sqrt(2/π)*x)²);
        √(2/pi)/cosh(sqrt(2/pi)*x)^2; 4*0.7978845608028654/(e^(0.7978845608028654*x) + e^(-√(2/π)*x))^2""",
    wrong="""0.7978845608028654*(1 - tanh(0.7978845608028654*x)); 1 - tanh(0.7978845608028654*x)^2;
        0.797884*(1 - tanh(0.797884*x)^2); sqrt(2/π)*(1 - tanh(x)^2)""",
)
def scaled_tanh():
    return bp.tanh(math.sqrt(2 / math.pi) * bp.inputs(x=0.5))


@claims("x", right="0; 1 - 1; x - x; (1/3)*3 - 1; 0*x", wrong="1e-10; 0.1; x")
def a_third_three_times():
    x = bp.inputs(x=0.5)
    return (1 / 3) * (3 * x) - x


@claims(
    "x",
    right="6.02214076*10^23; 6.02214076e23; 602214076*10^15",
    wrong="6.02214e23; 6.02214076e22",
    more=[6.02214076e23],
)
def avogadro():
    return 6.02214076e23 * bp.inputs(x=2.0)


@claims(
    "x",
    right="2*0.1234567890123456*x; x*0.2469135780246912; 0.1234567890123456*2*x; 0.1234567890123456*(x + x)",
    wrong="0.1234567890123456*x; 2*0.1234567*x; 2*0.1234567890123456*abs(x)",
)
def rounded_square():
    return 0.1234567890123456 * bp.inputs(x=2.0) ** 2


@claims(
    "x",
    right="-0.9*e^(-0.9*x); -9/10*exp(-(9/10)*x); -0.9/exp(0.9*x); -0.9*exp(-x)^0.9; -0.9*f",
    wrong="e^(-0.9*x); 0.9*e^(-0.9*x); -0.9*e^(0.9*x); -0.9*e^(-0.900001*x)",
)
def decay():
    return named("f", bp.exp(-0.9 * bp.inputs(x=2.0)))


@claims(
    "x",
    right="1e30*cos(1e30*x); cos(1e30*x)*1e30",
    wrong="1e30*sin(1e30*x); cos(1e30*x); -1e30*cos(1e30*x); 1e30",
)
def so_quick_that_no_digit_counts():
    return bp.sin(1e30 * bp.inputs(x=2.0))


# -------------------------------------------------------------------------------------- powers and logarithms


@claims(
    "x",
    right="""1/(2*sqrt(x)); 0.5*x^(-0.5); ½·x^(-½); 1/2*x**(-1/2); x^0.5/(2*x); sqrt(x)/(2*x); 1/(2*√(x));
        exp(-log(x)/2)/2; e^(-0.5*ln(x))/2; r/(2*x); 1/(2*r)""",
    wrong="1/sqrt(x); 1/(2*x); -1/(2*sqrt(x)); sqrt(x)/2; 0.5*x^0.5; 1/(2*r)*1.000001",
    more=[sympy.diff(sympy.sqrt(x), x), x**-0.5 / 2, sympy.exp(-sympy.log(x) / 2) / 2],
)
def root():
    return named("r", bp.inputs(x=2.0) ** 0.5)


@claims(
    "x",
    right="3*x²; 3*x^2; 3*x**2; 3·x·x; x*x + 2*x*x; 3*exp(2*log(abs(x))); 3*abs(x)^2; 3×x²; 3*(x^4)^(1/2)",
    wrong="3*x; x^2; 2*x^3; 3*x^3; 3*x*abs(x); 3*x^2*where(x < 0, -1, 1); 3*sqrt(x^2)*x; max(3*x*x, 1)",
    more=[3 * x**2.0, sympy.diff(sympy.Symbol("x") ** 3)],
)
def cube():
    return bp.inputs(x=2.0) ** 3


@claims(
    "x",
    right="x^(-2/3)/3; 1/(3*x^(2/3)); 0.3333333333333333*x^(-0.6666666666666667); exp(-2*log(x)/3)/3",
    wrong="x^(-1/3)/3; 3*x^(-2/3); x^(-2/3); 0.333333*x^(-2/3); x^(-0.666667)/3",
)
def cube_root():
    return bp.inputs(x=2.0) ** (1 / 3)


@claims(
    "x",
    right="1/x; x^(-1); x⁻¹; 1/2*2/x; e^(-ln(x)); 1/abs(x); exp(-2*log(x)/2); x/x^2; 1÷x; (x/x)/x",
    wrong="-1/x; 1/x²; 1/(2*x); log(x)/x; ln(x); 1/(x + 1e-10)",
    more=[1 / sympy.Symbol("x", positive=True)],
)
def logarithm():
    return bp.log(bp.inputs(x=2.0))


@claims("x", right="2/x; 2*x/x^2; 1/x + 1/x; 2·x⁻¹; 2/(x)", wrong="1/x; 2/abs(x); 2*x; 1/x²")
def logarithm_of_a_square():
    return bp.log(bp.inputs(x=2.0) ** 2)


@claims(
    "y",
    right="x^y*log(x); x^y*ln(x); e^(y*ln(x))*log(x); log(x)*exp(y*log(x)); log(x^(x^y))",
    wrong="y*x^(y - 1); x^y; x^y/log(x); x^y*log(y)",
)
def tower():
    x, y = bp.inputs(x=2.0, y=3.0)
    return x**y


@claims(
    "x",
    right="""2*x^3*(x - 4)*(3*x - 8); 2*(x-4)*x^4 + 4*(x-4)^2*x^3; 6*x^5 - 40*x^4 + 64*x^3;
        x³*(x-4)*(6*x - 16); 2*x^4*(x-4)*(1 + 2*(x-4)/x)""",
    wrong="8*(x-4)*x^3; 2*(x-4)*x^4; (x-4)^2*4*x^3; 6*x^5 - 40*x^4 + 64*x^2; 6*x^5 - 40*x^4 + 64.00001*x^3",
    more=[sympy.factor(sympy.diff((x - 4) ** 2 * x**4, x)), sympy.expand(sympy.diff((x - 4) ** 2 * x**4, x))],
)
def two_valleys():
    x = bp.inputs(x=1.0)
    return (x - 4) ** 2 * x**4


# ------------------------------------------------------------------------------------------------------ units


@claims(
    "z",
    right="""a*(1-a); a·(1−a); a - a^2; σ(z)*(1-σ(z)); sigmoid(z)*sigmoid(-z); a*sigmoid(-z);
        e^(-z)/(1+e^(-z))²; 1/(1+exp(-z)) - 1/(1+exp(-z))^2; e^z/(1+e^z)^2; 1/(e^z + 2 + e^(-z));
        1/4/cosh(z/2)^2; a/(1 + exp(z)); (1 - tanh(z/2)^2)/4;
        (1/2 - a + 1/2)*a; a²·e^(-z); 1/(1+exp(-z))*(1 - 1/(1+exp(-z))); a∘(1−a)""",
    wrong="""a; a*(1+a); a*(a-1); 1-a^2; z*(1-z); a*(1-a)*z; -e^(-z)/(1+e^(-z))^2; σ(z)*(1-σ(-z));
        a*(1 - a)*1.000001; 1/(1+e^(-z))^2; a*(1-a)/2""",
    more=[sympy.diff(1 / (1 + sympy.exp(-z)), z), sympy.Symbol("a") * (1 - sympy.Symbol("a"))],
)
def unit():
    return named("a", bp.sigmoid(bp.inputs(z=0.7)))


@claims(
    "z",
    right="""1 - a^2; 1 − a²; (1-a)*(1+a); 1 - tanh(z)^2; 4/(e^z + e^(-z))^2; 1/cosh(z)^2;
        1 - (2*σ(2*z) - 1)^2; 4*σ(2*z)*(1 - σ(2*z)); 1 - (sinh(z)/cosh(z))^2;
        1 - ((e^z - e^(-z))/(e^z + e^(-z)))²; 4*e^(2*z)/(e^(2*z) + 1)^2""",
    wrong="1 - a; a*(1-a); 1 + a^2; a^2 - 1; 1 - z^2; 2*σ(2*z)*(1 - σ(2*z)); (1-a)^2; 1 - tan(z)^2",
    more=[sympy.diff(sympy.tanh(z)), 1 / sympy.cosh(z) ** 2, sympy.sech(z) ** 2],
)
def hyperbolic():
    return named("a", bp.tanh(bp.inputs(z=0.7)))


@claims(
    "z",
    right="""sigmoid(z); 1/(1 + e^(-z)); e^z/(1 + e^z); 1 - sigmoid(-z); 1 - 1/(1+e^z); ½ + tanh(z/2)/2;
        1 - e^(-a); exp(z - a); where(z > 0, 1/(1 + e^(-z)), e^z/(1 + e^z))""",
    wrong="sigmoid(-z); 1 - sigmoid(z); a; e^z; tanh(z); exp(a - z); where(z > 0, 1/(1 + e^(-z)), e^z)",
)
def soft():
    return named("a", bp.softplus(bp.inputs(z=0.7)))


@claims(
    "x",
    right="""σ(1.702*x) + 1.702*x*σ(1.702*x)*(1 - σ(1.702*x)); s*(1 + 1.702*x*(1 - s)); s + 1.702*f*(1-s);
        s + 1.702*x*s - 1.702*x*s^2; 0.5 + tanh(0.851*x)/2 + 0.4255*x/cosh(0.851*x)^2""",
    wrong="s + x*s*(1-s); s; 1.702*s*(1-s); s*(1 + 1.702*x*(1 + s)); s*(1 + 1.7*x*(1 - s))",
)
def swish():
    x = bp.inputs(x=0.7)
    return named("f", x * named("s", bp.sigmoid(1.702 * x)))


@claims(
    "x",
    right="(1 + erf(x/√(2)))/2 + x*e^(-x²/2)/√(2*π); g/x + x*exp(-x^2/2)*0.3989422804014327",
    wrong="(1 + erf(x/sqrt(2)))/2; (1 + erf(x))/2 + x*e^(-x^2/2)/sqrt(2*π); g/x + x*exp(-x^2/2)*0.39894",
)
def gaussian_unit():
    return named("g", bp.gelu(bp.inputs(x=0.7)))


# ----------------------------------------------------------------------------------------------------- losses


@claims(
    "z",
    right="""p - y; -(y - p); σ(z) - y; 1/(1+exp(-z)) - y; p·(1−y) − y·(1−p); p*(1-p)*(-y/p + (1-y)/(1-p));
        p*(1-p)*(p-y)/(p*(1-p)); -y/(1+e^z) + (1-y)/(1+e^(-z)); ½ + tanh(z/2)/2 − y""",
    wrong="""y - p; p*(1-p)*-y/p + (1-y)/(1-p); (p-y)*p*(1-p); 2*(p-y); -y*(1-p); (1-y)*p; -y/p + (1-y)/(1-p);
        p; p + y; -y*(1-p) - (1-y)*p""",
    more=[p - y, 1 / (1 + sympy.exp(-z)) - y],
)
def cross_entropy():
    z, y = bp.inputs(z=0.4, y=1.0)
    p = named("p", bp.sigmoid(z))
    return named("L", -(y * bp.log(p) + (1 - y) * bp.log(1 - p)))


@claims(
    "w",
    right="""(p - y)*x/3; (p-y)·x·(1/3); 0.3333333333333333*(p - y)*x; (w*x*x + b*x - y*x)/3; x*p/3 - x*y/3;
        2*(p-y)*x/6""",
    wrong="(p - y)*x; 2*(p - y)*x/3; (p - y)/3; (y - p)*x/3; 0.333333*(p-y)*x; (p-y)*w/3; (p - y)*x/6",
    more=[(w * x + b - y) * x / 3, (p - y) * x * 0.3333333333333333],
)
def a_sixth_of_the_square():
    w, x, b, y = bp.inputs(w=2.0, x=3.0, b=1.0, y=4.0)
    return (1 / 6) * (named("p", w * x + b) - y) ** 2


@claims(
    "w",
    right="""(p - y)*x + 0.0001*w; x*p - x*y + 1e-4*w; (w*x - y)*x + w/10000; (x^2 + 1e-4)*w - x*y;
        2*5e-5*w + (p-y)*x""",
    wrong="(p - y)*x; (p - y)*x + 5e-5*w; (p - y)*x + 2e-4*w; (p - y)*x - 1e-4*w; (p - y)*x + 1e-4",
)
def weight_decay():
    w, x, y = bp.inputs(w=2.0, x=3.0, y=4.0)
    return (named("p", w * x) - y) ** 2 / 2 + 5e-5 * w**2


@claims(
    "q",
    right="-t/q + (1-t)/(1-q); (q-t)/(q*(1-q)); (q − t)/(q − q²); t*(-1/q) - (1-t)*(-1/(1-q))",
    wrong="-t/q; (q-t); -t/q - (1-t)/(1-q); (t-q)/(q*(1-q)); (q-t)/(q*(1+q))",
    more=[(q - t) / (q * (1 - q)), (q - t) / (q - q**2)],
)
def entropy_of_a_probability():
    q, t = bp.inputs(q=0.3, t=1.0)
    return -t * bp.log(q) - (1 - t) * bp.log(1 - q)


@claims(
    "x",
    right="u/sqrt(1 + u²); u*(1 + u^2)^(-1/2); (x - t)/√(1 + (x - t)^2); u/(f + 1)",
    wrong="u; 1/sqrt(1 + u^2); u/(1 + u^2); 2*u/sqrt(1 + u^2); -u/sqrt(1 + u^2)",
)
def pseudo_huber():
    x, t = bp.inputs(x=0.5, t=2.0)
    return named("f", bp.sqrt(1 + named("u", x - t) ** 2) - 1)


# ------------------------------------------------------------------------------------------------------ cases


@claims(
    "u",
    right="""sign(u); u/abs(u); abs(u)/u; where(u > 0, 1, -1); (u > 0) - (u < 0); 2*(u > 0) - 1;
        where(u < 0, -1, 1); u/sqrt(u^2); max(u, 0)/u + min(u, 0)/abs(u)""",
    wrong="1; u; -1; abs(u); where(u > 0, 1, 0); where(u > 0, 1, 1); -sign(u); (u > 0)",
    more=[sympy.sign(u), u / sympy.Abs(u), 2 * sympy.Heaviside(u) - 1],
)
def absolute():
    return abs(bp.inputs(u=0.5))


@claims(
    "u",
    right="""where(u > 0, 1, 0.01); where(u >= 0, 1, 1/100); (u > 0) + 0.01*(u <= 0); where(u < 0, 1e-2, 1);
        max(u, 0)/u + 0.01*min(u, 0)/u; 0.505 + 0.495*sign(u)""",
    wrong="""where(u > 0, 1, 0); where(u > 0, 1, 0.1); where(u > 0, 1, 0.01000001); where(u > 0, 0.01, 1); 1;
        where(u > 1, 1, 0.01); where(u > 0, 1, -0.01)""",
    more=[sympy.Piecewise((1, u > 0), (sympy.Float(0.01), True))],
)
def leaky():
    return bp.leaky_relu(bp.inputs(u=0.5))


@claims(
    "u",
    right="""where(u > t, 1, 0); (u > t); (u - t > 0); where(t < u, 1, 0); (1 + sign(u - t))/2; 1 - (t > u);
        (1 + (u - t)/abs(u - t))/2; where(max(u, t) > t, 1, 0); where(m > t, 1, 0); where(e^u > e^t, 1, 0)""",
    wrong="""where(u > t, 0, 1); 1; where(u > 0, 1, 0); where(u > t, u, t); 1/2; where(u > t + 1, 1, 0);
        where(u > 2*t, 1, 0)""",
)
def larger_of_two():
    u, t = bp.inputs(u=0.5, t=0.25)
    return named("m", bp.maximum(u, t))


@claims(
    "u",
    right="""max(0, 1 - t*u)*(-t); where(t*u < 1, -t*(1 - t*u), 0); -t*h; -t*max(1 - t*u, 0);
        where(1 - u*t > 0, u*t^2 - t, 0)""",
    wrong="-t; t*h; -t*(1 - t*u); where(t*u < 1, -t, 0); where(t*u > 1, -t*(1 - t*u), 0); -h",
)
def squared_hinge():
    u, t = bp.inputs(u=0.5, t=1.0)
    return named("h", bp.maximum(0.0, 1 - t * u)) ** 2 / 2


@claims(
    "u",
    right="""where(abs(u) < 1.5, u, 1.5*sign(u)); max(-1.5, min(u, 1.5)); min(max(u, -3/2), 3/2);
        where(u > 1.5, 3/2, where(u < -1.5, -3/2, u))""",
    wrong="""u; where(abs(u) < 1.5, u, 1.5); where(abs(u) < 1.5, u, sign(u));
        where(abs(u) < 1.4, u, 1.5*sign(u)); max(0, min(u, 1.5))""",
)
def huber():
    u = bp.inputs(u=0.5)
    return bp.where(abs(u) < 1.5, u**2 / 2, 1.5 * (abs(u) - 0.75))


@claims(
    "y",
    right="2*y*x; x·2·y; x*y + y*x; where(y > 0, 2*x*y, 2*y*x); 2*x*max(y, 0) + 2*x*min(y, 0)",
    wrong="""where(y >= 0, 2*x*y, -2*x*y); where(y*y > 0, 2*x*y, x);
        2*x*y + where(y > 0, 0, where(y < 0, 0, 1)); 2*x*abs(y);
        where(y > 30, 0, 2*x*y); where(x < -40, 0, 2*x*y); 2*x*y + 1 - sign(y - 3)^2""",
    more=[sympy.Piecewise((0, sympy.Eq(y, 0)), (2 * x * y, True))],
    more_wrong=[sympy.Piecewise((1, sympy.Eq(y, 0)), (2 * x * y, True))],
)
def wrong_in_one_place():
    x, y = bp.inputs(x=1.0, y=2.0)
    return x * y**2


# --------------------------------------------------------------------------------------------------- branches


@claims(
    "t",
    right="""-y*sin(t)*e^(x*y) + 2*t*(1 + x*e^(x*y)); 2*t + exp(t²*cos(t))*(2*t*cos(t) − t²*sin(t));
        (1 + x*(f-y))*2*t - y*(f-y)*sin(t)""",
    wrong="""y*sin(t)*e^(x*y) + 2*t*(1 + x*e^(x*y)); 2*t*(1 + x*e^(x*y)); -y*sin(t)*e^(x*y);
        -y*sin(t)*e^(x*y) + 2*t*x*e^(x*y)""",
    more=[sympy.diff(t**2 + sympy.exp(t**2 * sympy.cos(t)), t)],
)
def two_ways():
    t = bp.inputs(t=1.0)
    x, y = named("x", bp.cos(t)), named("y", t**2)
    return named("f", y + bp.exp(x * y))


@claims(
    "x",
    right="(2*u + x)*w + u; 2*w^2*x + 2*w*x; 2*w·x·(w + 1); 2*u*(w+1); 2*u*w + 2*u",
    wrong="(2*u + x)*w; 2*u*w; 2*u + x + u; u; 2*u*(w - 1)",
    more=[2 * w * x * (w + 1)],
)
def used_three_times():
    w, x = bp.inputs(w=0.5, x=3.0)
    u = named("u", w * x)
    return u**2 + u * x


@claims(
    "q",
    right="-1/q^2 + 2*q; 2*q - q⁻²; (2*q³ − 1)/q²",
    wrong="-1/q^2; 2*q; 1/q^2 + 2*q; 2*q - 1/q; 0.1*(2*q - 1/q^2)",
)
def cut_in_between():
    q = named("q", 0.1 * bp.inputs(x=2.0) + 1)
    return 1 / q + q**2


# ----------------------------------------------------------------------------------------------------- arrays

Z, T, X = (np.array(sympy.symbols(names)) for names in ("z[0] z[1]", "t[0] t[1]", "x[0] x[1] x[2]"))
OUTER = np.outer(Z - T, X)
LAST_ENTRY = np.array([[0, 0, 0], [0, 0, 1]])


def linear_layer():
    W = bp.Node([[1.0, 0.5, 0.0], [-1.0, -0.5, -1.5]], "W")
    x, t = bp.Node([1.0, -2.0, 0.5], "x"), bp.Node([1.0, 0.0], "t")
    return ((named("z", W @ x) - t) ** 2).sum() / 2


@claims(
    "W",
    more=[
        [[f"(z[{i}] - t[{i}])*x[{j}]" for j in range(3)] for i in range(2)],
        [[f"x[{j}]*z[{i}] - x[{j}]*t[{i}]" for j in range(3)] for i in range(2)],
        OUTER,
        OUTER.tolist(),
        sympy.Matrix(OUTER),
    ],
    more_wrong=[
        -OUTER,
        (2 * OUTER).tolist(),
        OUTER + LAST_ENTRY,
        OUTER * (1 + LAST_ENTRY * 1e-6),
        OUTER[:, ::-1],
    ],
)
def weights():
    return linear_layer()


@claims(
    "x",
    right="Wᵀ @ (z − t); (z - t) @ W; W.T @ z - W.T @ t; Wᵀ @ W @ x − Wᵀ @ t; 0.5*(Wᵀ @ (z - t))*2",
    wrong="Wᵀ @ (t − z); Wᵀ @ z; 2*(Wᵀ @ (z − t)); Wᵀ @ (z − t) + 1e-6; Wᵀ @ W @ x",
    more=[[f"(z[0]-t[0])*W[0,{j}] + (z[1]-t[1])*W[1,{j}]" for j in range(3)]],
    more_wrong=[[f"(z[0]-t[0])*W[0,{j}]" for j in range(3)]],
)
def layer_input():
    return linear_layer()


@claims(
    "x",
    right="2*x/3; x·(2/3); 0.6666666666666666*x; 0*sum(x) + 2*x/3",
    wrong="x/3; 2*x; 0.666667*x; 2*x/3 + 1e-6; 2*abs(x)/3; 2*mean(x)/3 + 0*x",
    more=[["2*x[0]/3", "2*x[1]/3", "2*x[2]/3"]],
)
def mean_of_squares():
    return (bp.Node([1.0, -2.0, 0.5], "x") ** 2).mean()


@claims(
    "z",
    right="""p*sum(t) - t; p·sum(t) − t; exp(z)/sum(exp(z))*sum(t) - t; softmax(z)*sum(t) - t;
        p*(t[0]+t[1]+t[2]) - t; exp(log_softmax(z))*sum(t) - t; e^(z - logsumexp(z))*sum(t) − t""",
    wrong="p - t; t - p*sum(t); p*sum(t); p*(1-p)*(-t/p); p*sum(t) - 2*t; p*mean(t) - t",
)
def softmax_cross_entropy():
    z, t = bp.Node([0.5, -1.0, 2.0], "z"), bp.Node([0.0, 1.0, 0.0], "t")
    return -(t * bp.log(named("p", bp.softmax(z)))).sum()


@claims(
    "w",
    right="Xᵀ @ (X @ w - d)/3; Xᵀ @ (r/3); (r @ X)/3; 0.3333333333333333*(Xᵀ @ r); Xᵀ @ r * (1/3)",
    wrong="Xᵀ @ r; (Xᵀ @ r)/2; 0.333333*(Xᵀ @ r); -(r @ X)/3; Xᵀ @ d/3",
)
def mean_over_examples():
    X = bp.Node([[1.0, 2.0], [0.5, -1.0], [3.0, 0.1]], "X")
    w, d = bp.Node([0.5, -1.0], "w"), bp.Node([1.0, 0.0, 2.0], "d")
    return (named("r", X @ w - d) ** 2).mean() / 2


@claims(
    "w",
    more=[["a[0]*0.1234567890123456 - a[1]*0.3", "a[0]/3 + a[1]*1e-5"]],
    more_wrong=[
        ["a[0]*0.123456 - a[1]*0.3", "a[0]/3 + a[1]*1e-5"],
        ["a[0]*0.1234567890123456 - a[1]*0.3", "a[0]/3"],
        ["a[0]*0.1234567890123456 + a[1]*0.3", "a[0]/3 + a[1]*1e-5"],
    ],
)
def data_in_the_graph():
    X = np.array([[0.1234567890123456, 1 / 3], [-0.3, 1e-5]])
    return (named("a", X @ bp.Node([0.5, -1.0], "w")) ** 2).sum() / 2


# --------------------------------------------------------------------------------------- what is claimed here


@pytest.mark.parametrize(("name", "claim"), RIGHT, ids=lambda value: str(value)[:50])
def test_a_right_formula_is_right_in_any_form(name, claim):
    verdict = verdict_on(name, claim)
    assert verdict.ok, verdict
    assert verdict.residual == 0 and verdict.counterexample is None and verdict.graph_agrees


@pytest.mark.parametrize(("name", "claim"), WRONG, ids=lambda value: str(value)[:50])
def test_a_near_miss_is_wrong(name, claim):
    verdict = verdict_on(name, claim)
    assert not verdict.ok and verdict.counterexample and verdict.graph_agrees


FIRST_OF_EACH = list({name: (name, claim) for name, claim in reversed(WRONG)}.values())
NEAREST = [(name, claim) for name, claim in WRONG if "00001" in str(claim) or "33333" in str(claim)]


@pytest.mark.parametrize(("name", "claim"), [*FIRST_OF_EACH, *NEAREST], ids=lambda value: str(value)[:50])
def test_the_difference_is_shown_where_it_shows(name, claim):
    verdict = verdict_on(name, claim)
    assert verdict.residual != 0 and verdict.rows[0][2] != verdict.rows[1][2], verdict


def test_there_are_enough_of_them():
    assert len(RIGHT) >= 200 and len(WRONG) >= 200 and len(NEAREST) >= 20
