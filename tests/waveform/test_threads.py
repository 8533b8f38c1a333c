import os
import subprocess
import sys

import pytest

from melodymuse.waveform.threads import share_cores


@pytest.mark.parametrize(("said", "expected"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_threads_sleep_unless_the_user_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, said: str | None, expected: str
) -> None:
    # Set first, so that it is put back in any case.
    monkeypatch.setenv("OMP_WAIT_POLICY", said or "")
    if said is None:
        monkeypatch.delenv("OMP_WAIT_POLICY")
    share_cores()
    assert os.environ["OMP_WAIT_POLICY"] == expected


@pytest.mark.parametrize("command", ["waveform --seconds 0", "compare none.jpg --seconds 0"])
def test_the_commands_set_it_before_torch_is_there(command: str) -> None:
    code = (
        "import os, sys\n"
        "from melodymuse.cli import main\n"
        f"assert main({command.split()!r}) == 2\n"
        "assert 'torch' not in sys.modules\n"
        "assert os.environ['OMP_WAIT_POLICY'] == 'PASSIVE'\n"
    )
    clean = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    done = subprocess.run([sys.executable, "-c", code], env=clean, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
