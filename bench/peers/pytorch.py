"""Times PyTorch at one work: python3 pytorch.py <work.json> <optimizer> <seconds>, one thread, eager.

The work (sizes, batch, data, learning rate) is written by run.mjs, so that everybody has the same one. Prints
{"stepsPerSecond", "version"}. Adam is the fused one where this PyTorch has it on processors (2.1 and later).
"""
import json
import sys
import time

import torch

torch.set_num_threads(1)
work = json.load(open(sys.argv[1]))
optimizer, seconds = sys.argv[2], float(sys.argv[3])
sizes, batch, batches = work["sizes"], work["batch"], work["batches"]
x = torch.tensor(work["x"], dtype=torch.float32).reshape(batches, batch, sizes[0])
is_classes = work["loss"] == "crossEntropy"
z = torch.tensor(work["classes"], dtype=torch.float32).reshape(batches, batch)
z = z.long() if is_classes else z.unsqueeze(-1)

layers = []
for i, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
    layer = torch.nn.Linear(inputs, outputs)
    torch.nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
    torch.nn.init.zeros_(layer.bias)
    layers.append(layer)
    if i < len(sizes) - 2:
        layers.append(torch.nn.ReLU() if work["activation"] == "relu" else torch.nn.Sigmoid())
model = torch.nn.Sequential(*layers)
loss_of = torch.nn.CrossEntropyLoss() if is_classes else torch.nn.BCEWithLogitsLoss()
rate = work["learningRates"][optimizer]
if optimizer == "sgd":
    update = torch.optim.SGD(model.parameters(), lr=rate)
else:
    try:
        update = torch.optim.Adam(model.parameters(), lr=rate, fused=True)
    except (RuntimeError, TypeError):
        update = torch.optim.Adam(model.parameters(), lr=rate)

made = 0


def steps(count):
    global made
    for _ in range(count):
        at = made % batches
        made += 1
        update.zero_grad()
        loss = loss_of(model(x[at]), z[at])
        loss.backward()
        update.step()
    return loss.item()


first = steps(1)
# As many steps at a time as take about a tenth of a second.
count, elapsed = 1, 0
while elapsed < 0.05:
    started = time.perf_counter()
    steps(count)
    elapsed = time.perf_counter() - started
    if elapsed < 0.05:
        count = int(count * 0.1 / max(elapsed, 0.001)) + 1
rates = []
until = time.perf_counter() + seconds
while time.perf_counter() < until:
    started = time.perf_counter()
    last = steps(count)
    rates.append(count / (time.perf_counter() - started))
if not last < first:
    sys.exit(f"pytorch: does not learn, its loss went from {first} to {last}")
rates.sort()
print(json.dumps({"stepsPerSecond": rates[len(rates) // 2], "version": torch.__version__}))
