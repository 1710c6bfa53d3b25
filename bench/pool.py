# XOR by Optuna and PyTorch, as bench/pool.ts trains it: TPE over the same search space, one thread, trials shared with other
# processes through a journal file. Called as `pool.py TRIALS JOURNAL`; prints one line of JSON.

import json
import sys
import time

import optuna
import torch

STEPS, PAUSE = 10_000, 100
torch.set_num_threads(1)
optuna.logging.set_verbosity(optuna.logging.WARNING)

x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
z = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
activations = {"sigmoid": torch.nn.Sigmoid, "tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}


def objective(trial):
    activation = activations[trial.suggest_categorical("activation", list(activations))]
    std = trial.suggest_categorical("parameterStd", [1.5, 1.0, 1e-1, 1e-2])
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), activation(), torch.nn.Linear(3, 1))
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, 0, std)
    optimizer = torch.optim.RMSprop(
        model.parameters(),
        lr=trial.suggest_categorical("learningRate", [1e-4, 5e-4, 5e-3]),
        momentum=trial.suggest_categorical("momentum", [0.99, 0.995]),
        alpha=trial.suggest_categorical("decay", [0.9, 0.95]),
    )
    loss = torch.nn.functional.binary_cross_entropy_with_logits
    best = float("inf")
    for step in range(1, STEPS + 1):
        optimizer.zero_grad()
        value = loss(model(x), z)
        value.backward()
        optimizer.step()
        if step % PAUSE == 0:
            with torch.no_grad():
                best = min(best, loss(model(x), z).item())
    return best


trials, journal = int(sys.argv[1]), sys.argv[2]
storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(journal))
study = optuna.create_study(storage=storage, study_name="xor", load_if_exists=True)
started = time.perf_counter()
study.optimize(objective, n_trials=trials)
seconds = time.perf_counter() - started
print(json.dumps({"seconds": seconds, "optuna": optuna.__version__, "torch": torch.__version__}))
