# The networks of bench/models.ts in PyTorch: time of a training step (forward, backward, Adam) on one thread, the median of
# steps over about a second, and the memory that it needs at the least: parameters, gradients, what Adam remembers, what
# the backward pass keeps. Prints one line of JSON per model.
# Run: python3 bench/models.py [name …]   (any PyTorch >= 1.12)

import json
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional

torch.set_num_threads(1)
torch.manual_seed(1)

STEPS, KEYS, SEQUENCES = 64, 88, 16


class Tied(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.weights = nn.ParameterList(nn.Parameter(0.05 * torch.randn(i, o)) for i, o in zip(sizes, sizes[1:]))
        self.down = nn.ParameterList(nn.Parameter(torch.zeros(o)) for o in sizes[1:])
        self.up = nn.ParameterList(nn.Parameter(torch.zeros(i)) for i in sizes[:-1])

    def forward(self, x):
        for w, b in zip(self.weights, self.down):
            x = torch.sigmoid(x @ w + b)
        for i in reversed(range(len(self.weights))):
            x = x @ self.weights[i].T + self.up[i]
            if i:
                x = torch.sigmoid(x)
        return x


class Vae(nn.Module):
    def __init__(self, inputs, hidden, latent):
        super().__init__()
        self.encoder, self.mean, self.log_variance = nn.Linear(inputs, hidden), nn.Linear(hidden, latent), nn.Linear(hidden, latent)
        self.decoder, self.output = nn.Linear(latent, hidden), nn.Linear(hidden, inputs)

    def forward(self, x):
        h = torch.tanh(self.encoder(x))
        mean, log_variance = self.mean(h), self.log_variance(h)
        z = mean + (log_variance / 2).exp() * torch.randn_like(mean)
        logits = self.output(torch.tanh(self.decoder(z)))
        reconstruction = functional.binary_cross_entropy_with_logits(logits, x, reduction='sum')
        return (reconstruction + (mean**2 + log_variance.exp() - log_variance - 1).sum() / 2) / len(x)


class FastDropout(nn.Module):
    def __init__(self, sizes, rates):
        super().__init__()
        self.layers, self.rates = nn.ModuleList(nn.Linear(i, o) for i, o in zip(sizes, sizes[1:])), rates

    def forward(self, mean):
        variance = 0 * mean
        for i, (layer, rate) in enumerate(zip(self.layers, self.rates)):
            if i:
                spread = variance.clamp(min=1e-12).sqrt()
                ratio = mean / spread
                distribution, density = (1 + torch.erf(ratio * 0.5**0.5)) / 2, torch.exp(-ratio**2 / 2) / (2 * torch.pi) ** 0.5
                now = distribution * mean + density * spread
                variance = (mean * spread * density + (mean**2 + variance) * distribution - now**2).clamp(min=0)
                mean = now
            keep = 1 - rate
            mean, variance = keep * mean, keep * variance + keep * rate * mean**2
            mean, variance = layer(mean), variance @ (layer.weight**2).T
        return mean / (1 + torch.pi / 8 * variance).sqrt()


class Recurrent(nn.Module):
    def __init__(self, kind, units):
        super().__init__()
        self.layer, self.output = kind(KEYS, units, batch_first=True), nn.Linear(units, KEYS)

    def forward(self, x):
        return self.output(self.layer(x)[0])


class Transformer(nn.Module):
    def __init__(self, vocabulary, width, heads, blocks):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        block = nn.TransformerEncoderLayer(width, heads, 4 * width, 0.0, 'gelu', batch_first=True, norm_first=True)
        self.blocks = nn.TransformerEncoder(block, blocks, nn.LayerNorm(width))
        self.output = nn.Linear(width, vocabulary)
        self.future = torch.triu(torch.full((STEPS, STEPS), float('-inf')), 1)

    def forward(self, x):
        return self.output(self.blocks(self.embedding(x), self.future))


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(784, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


images, labels = torch.rand(128, 784), torch.randint(10, (128,))
rolls = (torch.rand(SEQUENCES, STEPS, KEYS) < 0.05).float()
tokens = torch.randint(64, (SEQUENCES, STEPS))


def classes(net, x, z):
    return lambda: functional.cross_entropy(net(x).reshape(len(z), -1), z)


def keys(net):
    return lambda: functional.binary_cross_entropy_with_logits(net(rolls), rolls, reduction='sum') / (SEQUENCES * STEPS)


def models():
    linear = nn.Linear(784, 10)
    yield 'linear 784-10, batch 128', linear, classes(linear, images, labels)
    mlp = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 10))
    yield 'mlp 784-512-256-10, batch 128', mlp, classes(mlp, images, labels)
    cnn = lenet()
    yield 'cnn LeNet 28×28, batch 64', cnn, classes(cnn, images[:64].reshape(64, 1, 28, 28), labels[:64])
    for name, kind in [('rnn', nn.RNN), ('lstm', nn.LSTM), ('gru', nn.GRU)]:
        net = Recurrent(kind, 128)
        yield f'{name} 88-128-88, 64 steps, batch 16', net, keys(net)
    net = Transformer(64, 64, 4, 2)
    yield 'transformer 64 wide, 2 blocks, 64 steps, batch 16', net, classes(net, tokens, tokens.reshape(-1))
    net = Tied([784, 256, 64])
    yield 'autoencoder 784-256-64, batch 128', net, lambda net=net: ((net(images) - images) ** 2).sum() / len(images)
    net = Vae(784, 256, 16)
    yield 'vae 784-256-16, batch 128', net, lambda net=net: net(images)
    net = FastDropout([784, 256, 10], [0.2, 0.5])
    yield 'fastDropout 784-256-10, batch 128', net, classes(net, images, labels)


def kept(loss):
    """Bytes of all that the backward pass keeps of a forward one, parameters left out."""
    storages = {}

    def note(x):
        if not isinstance(x, nn.Parameter):
            storages[x.storage().data_ptr()] = x.storage().nbytes()
        return x

    with torch.autograd.graph.saved_tensors_hooks(note, lambda x: x):
        loss()
    return sum(storages.values())


for name, net, loss in models():
    if sys.argv[1:] and not any(name.startswith(wanted) for wanted in sys.argv[1:]):
        continue
    optimizer = torch.optim.Adam(net.parameters(), 1e-3)

    def step():
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()

    for _ in range(3):
        step()
    times, end = [], time.perf_counter() + 1
    while time.perf_counter() < end or len(times) < 5:
        started = time.perf_counter()
        step()
        times.append(1000 * (time.perf_counter() - started))
    size = 4 * sum(4 * parameter.numel() for parameter in net.parameters()) + kept(loss)
    figures = {'name': name, 'milliseconds': statistics.median(times), 'bytes': size, 'torch': torch.__version__}
    print(json.dumps(figures, ensure_ascii=False), flush=True)
