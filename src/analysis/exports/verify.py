# Opens exported files with the readers of the programs that they are made for, and compares every value with the trials
# that they were made of. Needs pandas, pyarrow, numpy, safetensors, optuna, tensorboard, onnx, onnxruntime, pyyaml:
#
#   python3 -m pip install pandas pyarrow safetensors optuna tensorboard onnx onnxruntime pyyaml
#   python3 src/analysis/exports/verify.py <folder>
#
# The folder is written by exports.long.test.ts: the files, and expected.json, in which what JSON does not know is a text.
# Prints the versions of the readers as JSON.

import glob
import importlib.metadata
import json
import math
import os
import re
import sys

READERS = ["numpy", "pandas", "pyarrow", "safetensors", "optuna", "tensorboard", "onnx", "onnxruntime", "pyyaml"]
missing = []
versions = {}
for name in READERS:
    try:
        versions[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        missing.append(name)
if missing:
    sys.exit(f"missing readers: python3 -m pip install {' '.join(missing)}")

import numpy as np
import onnx
import onnxruntime
import optuna
import pandas as pd
import pyarrow.parquet
import yaml
from safetensors.numpy import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator, SCALARS
from tensorboard.plugins.hparams import plugin_data_pb2

optuna.logging.set_verbosity(optuna.logging.ERROR)
folder = sys.argv[1]
at = lambda *path: os.path.join(folder, *path)
NUMBERS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf, "-0": -0.0}
compared = 0


def revive(value):
    if isinstance(value, dict):
        return {key: revive(part) for key, part in value.items()}
    if isinstance(value, list):
        return [revive(part) for part in value]
    return NUMBERS.get(value, value) if isinstance(value, str) else value


def flatten(value, path):
    """Values by dotted keys; lists are left out: in tables they are texts."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from flatten(part, f"{path}.{key}")
    elif not isinstance(value, list):
        yield path, value


def same(found, wanted, what):
    """Equal, to the last bit."""
    global compared
    compared += 1
    if isinstance(found, np.generic):
        found = found.item()
    if isinstance(wanted, (int, float)) and not isinstance(wanted, bool) and isinstance(found, (int, float)):
        # Integers of 54 bits must not pass through a float.
        if isinstance(found, int) and isinstance(wanted, int):
            equal = found == wanted
        else:
            equal = np.float64(found).tobytes() == np.float64(wanted).tobytes() or (math.isnan(found) and math.isnan(wanted))
    else:
        equal = found == wanted and type(found) == type(wanted)
    assert equal, f"{what}: expected {wanted!r}, got {found!r}"


trials = revive(json.load(open(at("expected.json"))))


def wide_row(trial):
    row = {key: trial[key] for key in ["index", "state", "step", "bestLoss", "seed"]}
    row.update(flatten(trial["pars"] or {}, "pars"))
    row.update(flatten(trial["report"] or {}, "report"))
    return row


def long_rows(trial):
    for info in trial["log"]:
        yield {"index": trial["index"], "seed": trial["seed"], **info}


wide = [wide_row(trial) for trial in trials]
long = [row for trial in trials for row in long_rows(trial)]


def check_table(name, rows, count, get, missing):
    """`get(column, row)` is a cell, `missing(cell)` whether it is empty; a column of several types is one of texts."""
    assert count == len(rows), f"{name}: expected {len(rows)} rows, got {count}"
    keys = {key for row in rows for key in row}
    for key in keys:
        kinds = {type(row[key]) if type(row[key]) != int else float for row in rows if row.get(key) is not None}
        for i, row in enumerate(rows):
            wanted = row.get(key)
            found = get(key, i)
            what = f"{name}, {key}, row {i}"
            if wanted is None:
                assert missing(found), f"{what}: expected nothing, got {found!r}"
            elif len(kinds) > 1:
                told = lambda value: str(value).lower() if isinstance(value, bool) else str(value)
                same(told(found), told(wanted), what)
            else:
                same(found, wanted, what)


empty = lambda cell: cell is None or cell == "" or (isinstance(cell, (float, np.floating)) and math.isnan(cell))
for shape, rows in [("wide", wide), ("long", long)]:
    table = pyarrow.parquet.read_table(at(f"{shape}.parquet"))
    columns = {name: table.column(name).to_pylist() for name in table.column_names}
    check_table(f"{shape}.parquet", rows, table.num_rows, lambda key, i: columns[key][i], lambda cell: cell is None)

    # Python takes -0 for an integer.
    signed = lambda digits: -0.0 if digits == "-0" else int(digits)
    lines = [revive(json.loads(line, parse_int=signed)) for line in open(at(f"{shape}.jsonl"), encoding="utf-8")]
    assert len(pd.read_json(at(f"{shape}.jsonl"), lines=True)) == len(rows)
    check_table(f"{shape}.jsonl", rows, len(lines), lambda key, i: lines[i].get(key), empty)

    # By default pandas takes the last bit for less; 'NA' and the like must not become nothing.
    frame = pd.read_csv(at(f"{shape}.csv"), float_precision="round_trip")
    def csv_cell(key, i):
        cell = frame[key].iloc[i]
        wanted = rows[i].get(key)
        if isinstance(wanted, bool) and isinstance(cell, str):
            return {"true": True, "True": True, "false": False, "False": False}.get(cell, cell)
        return "" if wanted == "" and empty(cell) else cell
    check_table(f"{shape}.csv", rows, len(frame), csv_cell, empty)

    arrays = np.load(at(f"{shape}.npz"), allow_pickle=False)
    def npz_cell(key, i):
        cell = arrays[key][i].item()
        return bool(cell) if isinstance(rows[i].get(key), bool) and isinstance(cell, float) else cell
    check_table(f"{shape}.npz", rows, len(arrays["index"]), npz_cell, empty)

# Optuna.
STATES = {"finished": "COMPLETE", "diverged": "FAIL", "unfinished": "RUNNING", "no result": "WAITING"}
storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(at("optuna.journal")))
study = optuna.load_study(study_name="odd", storage=storage)
assert study.direction == optuna.study.StudyDirection.MINIMIZE
assert len(study.trials) == len(trials)
for trial, found in zip(trials, study.trials):
    what = f"optuna, {trial['index']}"
    same(found.state.name, STATES[trial["state"]], what)
    pars = {key[len("pars."):]: value for key, value in flatten(trial["pars"] or {}, "pars")}
    for key, value in pars.items():
        text = {True: "Infinity", False: value}[isinstance(value, float) and math.isinf(value)]
        # Python takes the journal's -0 for an integer, which has no sign.
        same(found.params[key], 0 if text == 0 and text is not False else text, f"{what}, {key}")
        assert found.distributions[key]._contains(found.distributions[key].to_internal_repr(found.params[key]))
    for info in trial["log"]:
        if math.isfinite(info["valLoss"]):
            same(found.intermediate_values[info["step"]], info["valLoss"], f"{what}, step {info['step']}")
    if found.state.name == "COMPLETE":
        same(found.value, trial["bestLoss"], what)
        assert found.duration.total_seconds() > 0
    same(found.user_attrs["seed"], trial["seed"], what)
assert study.best_trial.number == 0
assert len(study.trials_dataframe()) == len(trials)

# TensorBoard.
for trial in trials:
    what = f"tensorboard, {trial['index']}"
    accumulator = EventAccumulator(at("tensorboard", str(trial["index"])), size_guidance={SCALARS: 0})
    accumulator.Reload()
    tags = {key for info in trial["log"] for key, value in info.items() if type(value) in (int, float)} - {"step"}
    assert set(accumulator.Tags()["scalars"]) == tags, f"{what}: {accumulator.Tags()}"
    for tag in tags:
        events = accumulator.Scalars(tag)
        wanted = [info for info in trial["log"] if tag in info]
        assert [event.step for event in events] == [info["step"] for info in wanted]
        for event, info in zip(events, wanted):
            same(event.value, float(np.float32(info[tag])), f"{what}, {tag}")
            same(event.wall_time, 1735787045.678, what)
    start = accumulator.PluginTagToContent("hparams")["_hparams_/session_start_info"]
    hparams = plugin_data_pb2.HParamsPluginData.FromString(start).session_start_info.hparams
    for key, value in flatten(trial["pars"] or {}, "pars"):
        found = hparams[key[len("pars."):]]
        same({"null_value": None}.get(found.WhichOneof("kind"), getattr(found, found.WhichOneof("kind"))), float(value) if type(value) in (int, float) else value, f"{what}, {key}")

# MLflow could not be installed where this was written; its file store is read by the rules of
# mlflow/store/tracking/file_store.py (_read_yaml, _get_metric_from_line, _get_param_from_file) and mlflow/utils/validation.py.
STATUS = {"finished": 3, "diverged": 4, "unfinished": 1, "no result": 2}
[meta] = glob.glob(at("mlflow", "*", "meta.yaml"))
experiment = yaml.safe_load(open(meta, encoding="utf-8"))
root = os.path.dirname(meta)
assert experiment["experiment_id"] == os.path.basename(root) and re.fullmatch(r"[a-zA-Z0-9\-_]{1,64}", experiment["experiment_id"])
same(experiment["name"], "odd", "mlflow")
runs = {}
for path in glob.glob(os.path.join(root, "*", "meta.yaml")):
    run = yaml.safe_load(open(path, encoding="utf-8"))
    assert run["run_id"] == os.path.basename(os.path.dirname(path)) and re.fullmatch(r"[a-zA-Z0-9][\w\-]{0,255}", run["run_id"])
    assert run["experiment_id"] == experiment["experiment_id"] and run["lifecycle_stage"] == "active"
    runs[run["run_name"]] = (run, os.path.dirname(path))
assert len(runs) == len(trials)
for trial in trials:
    what = f"mlflow, {trial['index']}"
    run, directory = runs[str(trial["index"])]
    same(run["status"], STATUS[trial["state"]], what)
    same(run["start_time"], 1735787045678 if trial["log"] else 0, what)
    metrics = {}
    for path in glob.glob(os.path.join(directory, "metrics", "*")):
        name = os.path.basename(path)
        assert re.fullmatch(r"[/\w.\- ]*", name) and os.path.normpath(name) == name
        parts = [line.strip().split(" ") for line in open(path, encoding="utf-8")]
        metrics[name] = [(int(time), float(value), int(step)) for time, value, step in parts]
    wanted = {}
    for info in trial["log"]:
        for key, value in info.items():
            if key != "step" and type(value) in (int, float):
                wanted.setdefault(key, []).append((run["start_time"], float(value), info["step"]))
    for key, value in flatten(trial["report"] or {}, "report"):
        if type(value) in (int, float):
            wanted[key] = [(run["start_time"], float(value), trial["step"])]
    assert metrics.keys() == wanted.keys(), f"{what}: {metrics.keys()}"
    for key, lines in wanted.items():
        assert len(metrics[key]) == len(lines), what
        for found, line in zip(metrics[key], lines):
            for one, other in zip(found, line):
                same(one, other, f"{what}, {key}")
    for key, value in flatten(trial["pars"] or {}, "pars"):
        found = open(os.path.join(directory, "params", key[len("pars."):]), encoding="utf-8").read()
        if type(value) in (int, float):
            same(float(found), float(value), f"{what}, {key}")
        else:
            same(found, {True: "true", False: "false", None: "null"}.get(value, value), f"{what}, {key}")

# Parameters.
best = np.load(at("best.npz"), allow_pickle=False)
tensors = load_file(at("best.safetensors"))
assert sorted(best) == sorted(tensors)
for name, tensor in tensors.items():
    assert tensor.dtype == best[name].dtype and tensor.shape == best[name].shape, name
    assert tensor.tobytes() == best[name].tobytes(), name
    compared += tensor.size
assert tensors["bias"].shape == () and tensors["hidden.weight"].shape == (2, 3) and tensors["0"][0] == -2**31

# ONNX: every operation and every model, for other numbers of samples than it was trained with.
TOLERANCE = 2e-6  # of what is largest, but at least of 1: exp, tanh, … are others
onnxruntime.set_default_logger_severity(3)
largest, models, failures = 0, 0, []
for path in sorted(glob.glob(at("onnx", "*.onnx"))):
    name = os.path.basename(path)
    try:
        onnx.checker.check_model(path, full_check=True)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        needed = [one.name for one in session.get_inputs()]
        for run in json.load(open(path.replace(".onnx", ".json"))):
            array = lambda numbers: np.array(numbers["data"], np.float32).reshape(numbers["shape"])
            found = session.run(["prediction"], {key: array(run["inputs"][key]) for key in needed})[0]
            wanted = array(run["prediction"])
            assert found.shape == wanted.shape, f"expected {wanted.shape}, got {found.shape}"
            error = float(np.max(np.abs(found - wanted) / max(1, np.abs(wanted).max()), initial=0))
            assert error <= TOLERANCE, f"differs by {error}"
            largest = max(largest, error)
            compared += found.size
        models += 1
    except Exception as error:
        failures.append(f"{name}: {error}")
assert not failures, "\n".join(failures)

print(json.dumps({"onnxModels": models, "onnxError": largest, "versions": versions, "values": compared}))
