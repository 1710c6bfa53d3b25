# Makes golden.json: losses per row (the sum over outputs), their mean over rows and its gradient with respect to the
# outputs, by PyTorch in float64 from float32 inputs. binaryCrossEntropy and crossEntropy take logits. Errors are
# absolute, about 1e-14 (the binary cross-entropy of the logit 40 and the target 1 is 0). Options bear our names. What
# PyTorch does not have as a function is written out: the hinges, contrastive.
# Run: python3 src/losses/golden.py   (any PyTorch >= 1.12)

import json
from pathlib import Path

import torch
from torch.distributions import Bernoulli, Normal, kl_divergence
from torch.nn import functional



def halves(x):
    return x.chunk(2, dim=1)


def normal_distribution(x):
    mean, log_variance = halves(x)
    return Normal(mean, torch.exp(log_variance / 2))


def shortfall(o, t, margin):
    side = torch.where(t > 0, 1.0, -1.0)
    return torch.clamp(margin - side * o, min=0)


def smoothed(t, labelSmoothing):
    return (1 - labelSmoothing) * t + labelSmoothing / 2


def contrastive(o, t, push=1, pull=0, pushWeight=0.5):
    a, b = halves(o)
    d = torch.sqrt(((a - b)**2).sum(1) + 1e-8)
    similar = t[:, 0]
    relu = functional.relu
    return similar * relu(d - pull)**2 + pushWeight * (1 - similar) * relu(push - d)**2


def gaussian_nll(o, t, minVariance=1e-6):
    mean, log_variance = halves(o)
    variance = torch.exp(log_variance) + minVariance
    return functional.gaussian_nll_loss(mean, t, variance, full=True, eps=1e-30, reduction='none')


LOSSES = {
    'squaredError': lambda o, t: functional.mse_loss(o, t, reduction='none').sum(1),
    'absoluteError': lambda o, t: functional.l1_loss(o, t, reduction='none').sum(1),
    'huber': lambda o, t, delta=1.0: functional.huber_loss(o, t, delta=delta, reduction='none').sum(1),
    'binaryCrossEntropy': lambda o, t, labelSmoothing=0: functional.binary_cross_entropy_with_logits(
        o, smoothed(t, labelSmoothing), reduction='none').sum(1),
    'crossEntropy': lambda o, t, labelSmoothing=0: functional.cross_entropy(
        o, t, label_smoothing=labelSmoothing, reduction='none'),
    'hinge': lambda o, t, margin=1: shortfall(o, t, margin).sum(1),
    'squaredHinge': lambda o, t, margin=1: (shortfall(o, t, margin)**2).sum(1),
    'bernoulliKl': lambda o, t: kl_divergence(Bernoulli(probs=t), Bernoulli(logits=o)).sum(1),
    'gaussianKl': lambda o, t: kl_divergence(normal_distribution(t), normal_distribution(o)).sum(1),
    'gaussianNll': lambda o, t, **options: gaussian_nll(o, t, **options).sum(1),
    'contrastive': contrastive,
    'cosine': lambda o, t: functional.cosine_embedding_loss(o, t, torch.ones(len(o)), reduction='none'),
}
# Besides the defaults.
OPTIONS = [
    ('huber', {'delta': 2.5}),
    ('binaryCrossEntropy', {'labelSmoothing': 0.1}),
    ('crossEntropy', {'labelSmoothing': 0.2}),
    ('hinge', {'margin': 0.5}),
    ('squaredHinge', {'margin': 2}),
    ('gaussianNll', {'minVariance': 0.5}),
    ('contrastive', {'push': 3, 'pull': 0.5, 'pushWeight': 2}),
]
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
    rows, columns = shape
    if loss in ('squaredError', 'absoluteError', 'huber', 'cosine'):
        return {'real': 2 * normal(shape)}
    if loss in ('binaryCrossEntropy', 'bernoulliKl'):
        return {'hard': uniform(shape).round(), 'soft': uniform(shape)}
    if loss in ('hinge', 'squaredHinge'):
        return {'zeroOne': uniform(shape).round(), 'signs': 2 * uniform(shape).round() - 1}
    if loss == 'gaussianKl':
        return {'moments': normal(shape)}
    if loss == 'gaussianNll':
        return {'real': 2 * normal((rows, columns // 2))}
    if loss == 'contrastive':
        return {'hard': uniform((rows, 1)).round()}
    labels = torch.randint(columns, (rows,), generator=random)
    return {'classes': labels, 'oneHot': functional.one_hot(labels, columns).float(),
            'soft': torch.softmax(normal(shape), 1)}


def case(loss, kind, output, target, options={}):
    o = output.double().requires_grad_()
    rows = LOSSES[loss](o, target if kind == 'classes' else target.double(), **options)
    rows.mean().backward()
    return {'loss': {'name': loss, **options}, 'kind': kind, 'output': output.tolist(), 'target': target.tolist(),
            'rows': rows.tolist(), 'mean': rows.mean().item(), 'gradient': o.grad.tolist()}


# Losses of logits are accurate for large ones, too.
EXTREME = ('squaredError', 'absoluteError', 'binaryCrossEntropy', 'crossEntropy', 'huber', 'hinge')
PAIRED = ('gaussianKl', 'gaussianNll', 'contrastive')


def suits(loss, shape, large):
    columns = shape[1]
    return ((columns > 1 or loss != 'crossEntropy') and (columns % 2 == 0 or loss not in PAIRED)
            and (not large or loss in EXTREME))


cases = [case(loss, kind, output, target, options)
         for loss, options in [(loss, {}) for loss in LOSSES] + OPTIONS
         for shape in SHAPES for large in (False, True) if suits(loss, shape, large)
         for output in [outputs(shape, large)] for kind, target in targets(loss, shape).items()]
# Where output and target are equal.
equal = torch.tensor([[1.5, -2.0], [0.0, 4.0]])
cases += [case(loss, 'equal', equal, equal)
          for loss in ('squaredError', 'absoluteError', 'huber', 'cosine', 'gaussianKl')]
lines = [f'  "torch": {json.dumps(torch.__version__)}']
lines.append('  "cases": [\n    ' + ',\n    '.join(map(json.dumps, cases)) + '\n  ]')
Path(__file__).with_suffix('.json').write_text('{\n' + ',\n'.join(lines) + '\n}\n')
