"""The programs that the deployment tests run: real ones, and stand-ins for those that only the images have."""

import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# Exit status, standard output and standard error of one call.
Reply = tuple[int, str, str]
# What a finished program left: the same three.
Done = tuple[int, str, str]

# A shell's stand-in for a program: it writes its call down, then speaks the first reply of the first rule that fits and
# throws that away unless it is the rule's last. In shell because a job that loses patience calls it a hundred times.
_STAND_IN = """\
#!/bin/sh
home={home}
call="{name} $*"
printf '%s\\n' "$call" >>"$home/calls"
for rule in "$home"/rules/*/; do
    [ -d "$rule" ] || continue
    IFS= read -r words <"$rule/words"
    case $call in
        "$words"*)
            set -- "$rule"reply-*
            reply=$1
            if [ $# -gt 1 ]; then
                mv "$reply" "$home/spoken"
                reply=$home/spoken
            fi
            . "$reply"
            ;;
    esac
done
"""
_REPLY = "printf %s {out}\nprintf %s {err} >&2\nexit {status}\n"


def run(*command: str, environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Done:
    """Run a program to its end, in this environment alone where one is given."""
    done = subprocess.run(  # noqa: S603 - every command is written out in these tests
        command, env=environment, cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    return done.returncode, done.stdout, done.stderr


@dataclass(frozen=True)
class Job:
    """One of the deployment's shell scripts, run with stand-ins for the programs it calls."""

    script: Path
    home: Path
    environment: Mapping[str, str]

    def stand_in(self, *names: str) -> None:
        """Put programs of these names on the script's PATH; they record their calls and succeed."""
        folder = self.home / "bin"
        folder.mkdir()
        for name in names:
            program = folder / name
            program.write_text(_STAND_IN.format(home=shlex.quote(str(self.home)), name=name))
            program.chmod(0o755)

    def reply(self, rules: Mapping[str, Sequence[Reply]]) -> None:
        """Say how calls that begin with these words end, one reply a call, the last for all that follow."""
        shutil.rmtree(self.home / "rules", ignore_errors=True)
        for number, (words, replies) in enumerate(rules.items()):
            rule = self.home / "rules" / str(number)
            rule.mkdir(parents=True)
            (rule / "words").write_text(f"{words}\n")
            for turn, (status, out, err) in enumerate(replies):
                spoken = _REPLY.format(status=status, out=shlex.quote(out), err=shlex.quote(err))
                (rule / f"reply-{turn:03}").write_text(spoken)

    def run(self, **changes: str | None) -> Done:
        """Run the script in its environment, changed so; None takes a variable out."""
        wanted = {**self.environment, "PATH": f"{self.home / 'bin'}:/usr/bin:/bin", "HOME": str(self.home), **changes}
        given = {name: value for name, value in wanted.items() if value is not None}
        return run("/bin/sh", str(self.script), environment=given)

    @property
    def calls(self) -> list[str]:
        """What was called so far, as command lines."""
        record = self.home / "calls"
        return record.read_text().splitlines() if record.exists() else []
