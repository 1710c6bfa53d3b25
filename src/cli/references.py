# Makes references.json: the negative bound of a variational autoencoder on the test images of MNIST, by PyTorch, for the
# network, the data and the training of examples/mnist-vae.ts: 784 - 200 - 20 - 200 - 784, tanh, Glorot-uniform weights,
# biases 0, Adam at 1e-3, batches of 64 of 8,000 images, the parameters of the smallest validation loss.
# Run: python3 src/cli/references.py <folder of t10k-images-idx3-ubyte.gz> && npx biome format --write src/cli/references.json
# (PyTorch >= 1.13)

import gzip
import json
import sys
from pathlib import Path

import numpy
import torch
from torch import nn
from torch.nn import functional

HIDDEN, LATENT, BATCH = 200, 20, 64
RUNS = {5: [1, 2, 3], 20: [1]}

file = gzip.open(Path(sys.argv[1]) / 't10k-images-idx3-ubyte.gz').read()
images = torch.tensor(numpy.frombuffer(file, numpy.uint8, offset=16).reshape(-1, 784) / numpy.float32(255))
digit = numpy.arange(len(images)) % 10
train, val, test = images[digit < 8], images[digit == 8], images[digit == 9]


def dense(*sizes):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layer = nn.Linear(inputs, outputs)
        nn.init.zeros_(layer.bias)
        layers += [layer, nn.Tanh()]
    return layers[:-1]


def bound(encoder, decoder, x):
    mean, log_variance = encoder(x).chunk(2, 1)
    z = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
    reconstruction = functional.binary_cross_entropy_with_logits(decoder(z), x, reduction='none').sum(1)
    divergence = (mean**2 + log_variance.exp() - log_variance - 1).sum(1) / 2
    return (reconstruction + divergence).mean()


def trained(seed, epochs):
    """The test bound."""
    torch.manual_seed(seed)
    encoder, decoder = nn.Sequential(*dense(784, HIDDEN, 2 * LATENT)), nn.Sequential(*dense(LATENT, HIDDEN, 784))
    # Mean and logarithm of the variance are layers of their own.
    for weight in [*encoder[2].weight.chunk(2), encoder[0].weight, decoder[0].weight, decoder[2].weight]:
        nn.init.xavier_uniform_(weight.detach())
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-3)
    best = (float('inf'), float('inf'))
    for _ in range(epochs):
        for rows in torch.randperm(len(train)).split(BATCH):
            loss = bound(encoder, decoder, train[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            best = min(best, (bound(encoder, decoder, val).item(), bound(encoder, decoder, test).item()))
    return best[1]


torch.set_num_threads(1)
results = {f'{epochs} epochs': [trained(seed, epochs) for seed in seeds] for epochs, seeds in RUNS.items()}
golden = {'torch': torch.__version__, 'vaeTestBound': results}
Path(__file__).with_suffix('.json').write_text(json.dumps(golden, indent=2) + '\n')
