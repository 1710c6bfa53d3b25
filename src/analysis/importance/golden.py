# PED-ANOVA as Optuna 5.0.0 computes it, not normalised to a sum of 1:
#   python3 -m venv optuna && optuna/bin/pip install optuna==5.0.0 && optuna/bin/python golden.py > golden.json
# numpy 2.4.6, Python 3.11.

import json
import math
import random
import warnings

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance import PedAnovaImportanceEvaluator

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)

SPACE = {
    "x": FloatDistribution(-2, 3),
    "rate": FloatDistribution(1e-5, 1e-1, log=True),
    "quarter": FloatDistribution(0, 1, step=0.25),
    "units": IntDistribution(1, 200),
    "layers": IntDistribution(1, 4),
    "batch": IntDistribution(1, 256, log=True),
    "name": CategoricalDistribution(["sgd", "adam", "rmsprop"]),
    "momentum": FloatDistribution(0, 0.99),
    "constant": FloatDistribution(1, 1),
}


def draw(generator):
    pars = {}
    for name, distribution in SPACE.items():
        if name == "momentum" and pars["name"] != "sgd":
            continue
        if isinstance(distribution, CategoricalDistribution):
            pars[name] = generator.choice(distribution.choices)
        elif distribution.log:
            low, high = math.log(distribution.low), math.log(distribution.high)
            value = math.exp(generator.uniform(low, high))
            pars[name] = round(value) if isinstance(distribution, IntDistribution) else min(max(value, distribution.low), distribution.high)
        elif distribution.step:
            count = round((distribution.high - distribution.low) / distribution.step)
            pars[name] = distribution.low + distribution.step * generator.randint(0, count)
        else:
            pars[name] = generator.uniform(distribution.low, distribution.high)
    return pars


def loss(pars, generator):
    value = (pars["x"] - 1) ** 2 + abs(math.log10(pars["rate"]) + 3) + 0.01 * pars["units"] / pars["layers"]
    value += {"sgd": 1 - pars.get("momentum", 0), "adam": 0, "rmsprop": 0.5}[pars["name"]]
    return value + 0.1 * generator.random()


def case(seed, count, losses=loss, gamma=0.1):
    generator = random.Random(seed)
    study = optuna.create_study()
    trials = []
    for _ in range(count):
        pars = draw(generator)
        pars = {name: float(f"{value:.6g}") if isinstance(value, float) else value for name, value in pars.items()}
        value = losses(pars, generator)
        distributions = {name: SPACE[name] for name in pars}
        study.add_trial(optuna.trial.create_trial(params=pars, distributions=distributions, value=value))
        trials.append({"pars": pars, "value": value})
    importances = PedAnovaImportanceEvaluator(target_quantile=gamma).evaluate(study)
    return {"gamma": gamma, "trials": trials, "importances": importances}


def shown(distribution):
    if isinstance(distribution, CategoricalDistribution):
        return {"choices": list(distribution.choices)}
    kind = "int" if isinstance(distribution, IntDistribution) else "float"
    return {"kind": kind, "low": distribution.low, "high": distribution.high, "log": distribution.log, "step": distribution.step}


cases = {
    "60 trials": case(1, 60),
    "300 trials": case(2, 300),
    "12 trials": case(3, 12),
    "the better half": case(4, 80, gamma=0.5),
    "ties": case(5, 60, lambda pars, _: round(pars["x"])),
}
space = {name: shown(distribution) for name, distribution in SPACE.items()}
print(json.dumps({"optuna": optuna.__version__, "space": space, "cases": cases}))
