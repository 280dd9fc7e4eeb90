#!/usr/bin/python3
"""Execute the notebooks of this folder.

    /usr/bin/python3 notebooks/run.py           execute, and write what came of it to build/notebooks/
    /usr/bin/python3 notebooks/run.py --check   execute only
    /usr/bin/python3 notebooks/run.py --write   execute, and refresh the outputs stored here

A cell that fails fails the run. The program is bin/concord, or what the variable CONCORD names.
"""

import argparse
import os
import re
import sys
import tempfile
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

HERE = Path(__file__).resolve().parent
BUILD = HERE.parent / "build" / "notebooks"
LARGEST = 1_000_000  # bytes of a stored notebook
TIMEOUT = 600  # seconds a cell


class ThisPython(AsyncKernelManager):
    """Runs the interpreter that runs this script as the kernel, whatever kernels are installed."""

    def __init__(self, **options):
        super().__init__(kernel_spec_manager=KernelSpecManager(kernel_dirs=[]), **options)


def main():
    options = parse()
    program = Path(os.environ.get("CONCORD", HERE.parent / "bin" / "concord")).resolve()
    if not program.is_file():
        sys.exit(f"run.py: {program} is not there: build it first, or name it in the variable CONCORD")
    os.environ["CONCORD"] = str(program)
    failed = [path.name for path in sorted(HERE.glob("*.ipynb")) if not run(path, options)]
    if failed:
        sys.exit("run.py: failed: " + ", ".join(failed))


def parse():
    parser = argparse.ArgumentParser(description="Execute the notebooks of this folder.")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="execute only, write nothing")
    mode.add_argument("--write", action="store_true", help="refresh the outputs stored in the notebooks")
    return parser.parse_args()


def run(path, options):
    """Execute a notebook, write it where the options say, and tell whether all is well."""
    notebook = nbformat.read(path, as_version=4)
    well = execute(notebook, path.name)
    normalise(notebook)
    for fault in faults(notebook):
        print(f"{path.name}: {fault}", file=sys.stderr)
        well = False
    if not options.check:
        target = path if options.write and well else BUILD / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, target)
        print(f"{path.name}: {'done' if well else 'failed'}, see {target.relative_to(HERE.parent)}")
    elif well:
        print(f"{path.name}: done")
    return well


def execute(notebook, name):
    with tempfile.TemporaryDirectory(prefix="concord-kernel-") as folder:
        # Nothing of the kernel stays behind: no history, no connection file.
        os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # no warning of a debugger nobody uses
        os.environ["IPYTHONDIR"] = os.environ["JUPYTER_RUNTIME_DIR"] = folder
        client = NotebookClient(notebook, kernel_name="python3", kernel_manager_class=ThisPython, timeout=TIMEOUT,
                                record_timing=False, resources={"metadata": {"path": str(HERE)}})
        try:
            client.execute()
        except CellExecutionError as error:
            print(f"{name}: {error}", file=sys.stderr)
            return False
    return True


def normalise(notebook):
    """Leave in the notebook what depends on the notebook alone."""
    notebook.metadata = nbformat.from_dict({
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    })
    number = 0
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})
        if cell.cell_type != "code":
            continue
        number += 1
        cell.execution_count = number
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number
            output.pop("metadata", None)
            if output.output_type in ("execute_result", "display_data"):
                output.metadata = nbformat.from_dict({})


def faults(notebook):
    """Say what must not be stored: too much, or anything that belongs to this machine."""
    text = nbformat.writes(notebook)
    size = len(text.encode())
    if size > LARGEST:
        yield f"{size:,} bytes with its outputs, more than {LARGEST:,}"
    for place in sorted({str(Path.home()), str(HERE.parent), tempfile.gettempdir()} - {"/"}):
        if re.search(re.escape(place) + r"[/\"\\ ]", text):
            yield f"its outputs name {place}"


if __name__ == "__main__":
    main()
