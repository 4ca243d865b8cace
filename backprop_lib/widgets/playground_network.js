(sizes, activation, loss, wrong) => {
  // activation and loss are programs of one number, printed from the rows of the table: each gives a value and its local
  // derivative. wrong, if there is one, is a formula that is used in place of the derivative of the activation.
  const layers = [];
  for (let l = 1; l < sizes.length; l += 1) {
    const n = sizes[l - 1];
    const m = sizes[l];
    const [W, dW] = [new Float64Array(m * n), new Float64Array(m * n)];
    const [b, db] = [new Float64Array(m), new Float64Array(m)];
    layers.push({ n, m, W, b, dW, db });
  }
  const last = layers.at(-1);

  const room = (layer, name, size) => {
    if (!(layer[name]?.length >= size)) layer[name] = new Float64Array(size);
    return layer[name];
  };

  // Z = X Wᵀ + b and A = f(Z), one row for each of N examples. The last layer stays at Z: the loss begins with σ.
  const forward = (X, N) => {
    let input = X;
    for (const layer of layers) {
      const { n, m, W, b } = layer;
      const A = room(layer, "A", N * m);
      const slope = room(layer, "slope", N * m);
      for (let e = 0; e < N; e += 1) {
        for (let i = 0; i < m; i += 1) {
          let z = 0;
          for (let j = 0; j < n; j += 1) z += W[i * n + j] * input[e * n + j];
          z += b[i];
          if (layer === last) {
            A[e * m + i] = z;
          } else {
            const a = activation(z);
            A[e * m + i] = a.value;
            slope[e * m + i] = wrong ? wrong(z).value : a.gradients[0];
          }
        }
      }
      layer.input = input;
      input = A;
    }
    return input;
  };

  // After forward: δ of the last layer from the loss, then layer by layer as in Lemma 1.
  const backward = (Y, N) => {
    let delta = room(last, "delta", N);
    for (let e = 0; e < N; e += 1) delta[e] = loss(last.A[e], Y[e]).gradients[0] / N;
    for (let l = layers.length - 1; l >= 0; l -= 1) {
      const { n, m, W, dW, db, input } = layers[l];
      dW.fill(0);
      db.fill(0);
      for (let e = 0; e < N; e += 1) {
        for (let i = 0; i < m; i += 1) {
          const d = delta[e * m + i];
          db[i] += d; // ∂L/∂b = Σ δ
          for (let j = 0; j < n; j += 1) dW[i * n + j] += d * input[e * n + j]; // ∂L/∂W = Σ δ aᵀ
        }
      }
      if (l === 0) return;
      const before = room(layers[l - 1], "delta", N * n);
      for (let e = 0; e < N; e += 1) {
        for (let j = 0; j < n; j += 1) {
          let sum = 0;
          for (let i = 0; i < m; i += 1) sum += W[i * n + j] * delta[e * m + i];
          before[e * n + j] = sum * layers[l - 1].slope[e * n + j]; // Wᵀδ ∘ f'(z)
        }
      }
      delta = before;
    }
  };

  const step = (X, Y, N, rate) => {
    forward(X, N);
    backward(Y, N);
    for (const { W, b, dW, db } of layers) {
      for (let k = 0; k < W.length; k += 1) W[k] -= rate * dW[k];
      for (let k = 0; k < b.length; k += 1) b[k] -= rate * db[k];
    }
  };

  const meanLoss = (X, Y, N) => {
    const Z = forward(X, N);
    let sum = 0;
    for (let e = 0; e < N; e += 1) sum += loss(Z[e], Y[e]).value;
    return sum / N;
  };

  return { layers, forward, backward, step, meanLoss };
}
