# Makes golden.json: values and derivatives of the activations, by PyTorch in float64 at float32 arguments x.
# Derivatives are autograd's: their error is absolute, about 1e-16 (that of tanh at 30 is 0).
# Run: python3 src/activations/golden.py   (any PyTorch >= 1.12)

import json
from pathlib import Path

import torch
from torch.nn import functional

ACTIVATIONS = {
    'identity': lambda x: x * 1,
    'relu': torch.relu,
    'tanh': torch.tanh,
    'sigmoid': torch.sigmoid,
    'softplus': lambda x: functional.softplus(x, threshold=100),  # PyTorch's default turns linear at 20
    'softsign': functional.softsign,
    'gelu': lambda x: x / 2 * torch.special.erfc(-x * 0.5**0.5),  # functional.gelu cancels to 0 below about -8
    'silu': functional.silu,
    'leakyRelu': functional.leaky_relu,
    'elu': lambda x: torch.where(x > 0, x, torch.expm1(x)),
    'softabs': lambda x: torch.sqrt(x**2 + 1e-5),
    # log(1 + 2 sinh²(x/2)): functional forms lose the digits of small x.
    'logcosh': lambda x: torch.where(x.abs() < 5, torch.log1p(2 * torch.sinh(x / 2) ** 2),
                                     x.abs() + torch.log1p(torch.exp(-2 * x.abs())) - 0.6931471805599453),
    'softmax': lambda x: functional.softmax(x, 0),
}

positive = torch.tensor([1e-30, 1e-8, 1e-4, 0.01, 0.1, 0.3, 0.5, 0.7, 1, 1.3, 2, 2.5, 3.7, 5, 7.3, 9, 12, 17, 21, 25, 30])
x = torch.cat([-positive.flip(0), torch.zeros(1), positive])


def case(name, activation):
    arguments = x.double().requires_grad_()
    values = activation(arguments)
    values.sum().backward()
    return {'activation': name, 'values': values.tolist(), 'derivatives': arguments.grad.tolist()}


cases = [case(name, activation) for name, activation in ACTIVATIONS.items()]
lines = [f'  "torch": {json.dumps(torch.__version__)}', f'  "x": {json.dumps(x.tolist())}']
lines.append('  "cases": [\n    ' + ',\n    '.join(map(json.dumps, cases)) + '\n  ]')
Path(__file__).with_suffix('.json').write_text('{\n' + ',\n'.join(lines) + '\n}\n')
