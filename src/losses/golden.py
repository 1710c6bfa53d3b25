# Makes golden.json: losses per row (the sum over outputs), their mean over rows and its gradient with respect to the
# outputs, by PyTorch in float64 from float32 inputs. binaryCrossEntropy and crossEntropy take logits. Errors are
# absolute, about 1e-14 (the binary cross-entropy of the logit 40 and the target 1 is 0).
# Run: python3 src/losses/golden.py   (any PyTorch >= 1.12)

import json
from pathlib import Path

import torch
from torch.nn import functional

LOSSES = {
    'squaredError': lambda o, t: functional.mse_loss(o, t, reduction='none').sum(1),
    'absoluteError': lambda o, t: functional.l1_loss(o, t, reduction='none').sum(1),
    'binaryCrossEntropy': lambda o, t: functional.binary_cross_entropy_with_logits(o, t, reduction='none').sum(1),
    'crossEntropy': lambda o, t: functional.cross_entropy(o, t, reduction='none'),
}
SHAPES = [(5, 3), (7, 1), (1, 4), (3, 10)]
LARGE = torch.tensor([40.0, -40.0, 0.0])

random = torch.Generator().manual_seed(20260)


def normal(shape):
    return torch.randn(shape, generator=random)


def uniform(shape):
    return torch.rand(shape, generator=random)


def outputs(shape, large):
    """Normal deviates of scale 2; `large` writes +40, -40 and 0 over the diagonal and its neighbours."""
    output = 2 * normal(shape)
    if large:
        for row, values in enumerate(output):
            for column in range(len(values)):
                if (row + column) % 2 == 0:
                    values[column] = LARGE[(row + column) // 2 % 3]
    return output


def targets(loss, shape):
    """Targets by kind."""
    if loss in ('squaredError', 'absoluteError'):
        return {'real': 2 * normal(shape)}
    if loss == 'binaryCrossEntropy':
        return {'hard': uniform(shape).round(), 'soft': uniform(shape)}
    rows, classes = shape
    labels = torch.randint(classes, (rows,), generator=random)
    return {'classes': labels, 'oneHot': functional.one_hot(labels, classes).float(),
            'soft': torch.softmax(normal(shape), 1)}


def case(loss, kind, output, target):
    o = output.double().requires_grad_()
    rows = LOSSES[loss](o, target if kind == 'classes' else target.double())
    rows.mean().backward()
    return {'loss': loss, 'kind': kind, 'output': output.tolist(), 'target': target.tolist(), 'rows': rows.tolist(),
            'mean': rows.mean().item(), 'gradient': o.grad.tolist()}


cases = [case(loss, kind, output, target)
         for loss in LOSSES for shape in SHAPES for large in (False, True) if loss != 'crossEntropy' or shape[1] > 1
         for output in [outputs(shape, large)] for kind, target in targets(loss, shape).items()]
# Where output and target are equal.
equal = torch.tensor([[1.5, -2.0], [0.0, 40.0]])
cases += [case(loss, 'equal', equal, equal) for loss in ('squaredError', 'absoluteError')]
lines = [f'  "torch": {json.dumps(torch.__version__)}']
lines.append('  "cases": [\n    ' + ',\n    '.join(map(json.dumps, cases)) + '\n  ]')
Path(__file__).with_suffix('.json').write_text('{\n' + ',\n'.join(lines) + '\n}\n')
