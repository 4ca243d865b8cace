// 0 · Infinity would be NaN, and no upstream is no gradient: a g of 0 stays 0.
const times = (g, local) => g && g * local;

const sign = (x) => (x > 0) - (x < 0);

// IEEE 754 and Python: 1 to any power is 1, and (−1) to ±Infinity. Math.pow says NaN.
const power = (x, y) => {
  const isOne = x === 1 || (x === -1 && Math.abs(y) === Infinity);
  return isOne ? 1 : Math.pow(x, y);
};

const finite_power = (x, y) => (x === 0 && y < 0 ? 0 : power(x, y));

// exp(−x²), with x² in two parts: rounded as a whole, it would spoil the last digits.
const gauss = (x) => {
  const z = Math.fround(x);
  return Math.exp(-z * z) * Math.exp((z - x) * (z + x));
};

// Abramowitz and Stegun 7.1.6: 2/√π exp(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (1 · 3 · … · (2n + 1)).
const erf = (x) => {
  if (!(Math.abs(x) < 1)) {
    return x < 0 ? erfc(-x) - 1 : 1 - erfc(x);
  }
  let term = x;
  let sum = 0;
  for (let n = 1; sum + term !== sum; n += 1) {
    sum += term;
    term *= (2 * x * x) / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * gauss(x) * sum;
};

// Abramowitz and Stegun 7.1.14, a continued fraction: after 20 + 180/x² steps nothing changes.
const erfc = (x) => {
  if (x < 1) {
    return 1 - erf(x);
  }
  if (x > 28) {
    return 0;
  }
  let rest = 0;
  for (let k = Math.ceil(20 + 180 / (x * x)); k > 0; k -= 1) {
    rest = k / 2 / (x + rest);
  }
  return gauss(x) / Math.sqrt(Math.PI) / (x + rest);
};
