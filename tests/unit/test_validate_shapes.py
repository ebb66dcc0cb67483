"""What a definition's parts may be: each fault with its code, place, sentence and advice."""

# ruff: noqa: E501, ISC004 - a row of these tables is one claim, and is read as one

from __future__ import annotations

from typing import Any

import pytest

from dosdk_temporal._pure.declarative.loading import check_definition_text

Fault = tuple[str, str, str, str, str | None]

HEAD = "name: x\nsteps:\n"
SPELLINGS = "write text like '90s', '3d', '1h30m' or 'PT1H'"
KINDS = "function, parallel, forEach, switch, wait, waitForEvent, approval, workflow, set, try, repeat, raise, return"


def _faults(text: str | dict[str, Any]) -> list[Fault]:
    problems = check_definition_text(text).problems
    assert {problem.severity for problem in problems} <= {"error", "warning"}
    return [
        (problem.code, f"{problem.line}:{problem.column}", problem.path, problem.message, problem.hint)
        for problem in problems
        if not problem.code.startswith("unknown-function")
    ]


STEPS: list[tuple[str, Fault]] = [
    ("- a", ("wrong-type", "3:3", "$.steps[0]", "this is 'a', not a step: a mapping like {id: welcome, function: sendEmail}", None)),
    ("- {id: a}", ("kind-missing", "3:3", "$.steps[0]", "this step does nothing: it says no function, and no other kind", f"give one of {KINDS}")),
    ("- {fuction: f}", ("unknown-key", "3:4", "$.steps[0].fuction", "a step has no 'fuction'", "did you mean 'function'?")),
    ("- {function: f, wait: 3d}", ("kind-several", "3:3", "$.steps[0]", "this step is 'function' and 'wait': a step is one of them", "make a step of each")),
    ("- {function: f, action: g}", ("both-spellings", "3:17", "$.steps[0].action", "'action' and 'function' mean the same", "keep one of them")),
    ("- {function: f, if: a}", ("unknown-key", "3:17", "$.steps[0].if", "a step has no 'if'", "did you mean 'condition'?")),
    ("- {function: f, next: g}", ("unknown-key", "3:17", "$.steps[0].next", "a step has no 'next'",
                                  "steps run in the order of the list; a condition or a switch decides which")),
    ("- {function: 5}", ("wrong-type", "3:14", "$.steps[0].function", "this is 5, not text", None)),
    ("- {action: 5, id: a}", ("wrong-type", "3:12", "$.steps[0].action", "this is 5, not text", None)),
    ("- {function: f@v2}", ("bad-name", "3:14", "$.steps[0].function",
                            "'f@v2' asks for version 'v2': write numbers and dots after the @, like 'charge@2'", None)),
    ("- {wait: 30}", ("bare-duration", "3:10", "$.steps[0].wait", "30 says no unit of time", "write '30s' for seconds, or '30ms' for milliseconds")),
    ("- {wait: 3 days}", ("bad-duration", "3:10", "$.steps[0].wait", "'3 days' is no duration", SPELLINGS)),
    ("- {wait: '{{ input.x }}'}", ("bad-duration", "3:10", "$.steps[0].wait", "'{{ input.x }}' is no duration",
                                   "a wait of computed length is 'wait: {until: ...}'")),
    ("- {wait: 40000d}", ("bad-duration", "3:10", "$.steps[0].wait", "'40000d' is longer than 100 years", SPELLINGS)),
    ("- {function: f, retryPolicy: {initialDelay: 1.0e+300}}", (
        "bad-duration", "3:45", "$.steps[0].retryPolicy.initialDelay", "1e+300 milliseconds are longer than 100 years", SPELLINGS)),
    ("- {wait: 0s}", ("bad-duration", "3:10", "$.steps[0].wait", "'0s' leaves no time", "give more than zero")),
    ("- {wait: [1]}", ("wrong-type", "3:10", "$.steps[0].wait", "this is a list, not a duration", SPELLINGS)),
    ("- {wait: {until: 5}}", ("wrong-type", "3:18", "$.steps[0].wait.until", "this is 5, not text", None)),
    ("- {function: f, timeout: 1000}", ("bare-duration", "3:26", "$.steps[0].timeout", "1000 says no unit of time",
                                        "write '1000s' for seconds, or '1000ms' for milliseconds")),
    ("- {wait: 3d, retryPolicy: {maxAttempts: 3}}", ("misplaced-key", "3:14", "$.steps[0].retryPolicy",
                                                    "a step of kind 'wait' has no 'retryPolicy'", "it belongs to function")),
    ("- {waitForEvent: {event: e}, timeout: 3d}", ("misplaced-key", "3:30", "$.steps[0].timeout",
                                                  "a step of kind 'waitForEvent' has no 'timeout'", "write it within waitForEvent")),
    ("- {waitForEvent: {event: e, onTimeout: fail}}", ("unknown-key", "3:29", "$.steps[0].waitForEvent.onTimeout",
                                                      "waitForEvent has no 'onTimeout'", "onTimeout stands beside the step's kind, not within it")),
    ("- {waitForEvent: {}}", ("missing", "3:18", "$.steps[0].waitForEvent", "waitForEvent needs 'event': the event's name", None)),
    ("- {function: f, retryPolicy: 3}", ("wrong-type", "3:30", "$.steps[0].retryPolicy", "this is 3, not a retry strategy", "write {maxAttempts: 3}")),
    ("- {function: f, retryPolicy: {retries: 3}}", ("unknown-key", "3:31", "$.steps[0].retryPolicy.retries", "a retry strategy has no 'retries'",
                                                   "maxAttempts counts attempts, the first included")),
    ("- {function: f, retryPolicy: {maxAttempts: 0}}", ("wrong-type", "3:44", "$.steps[0].retryPolicy.maxAttempts",
                                                       "this is 0, not a whole number from 1 to 1,000,000", None)),
    ("- {function: f, retryPolicy: {backoff: expo}}", ("wrong-type", "3:40", "$.steps[0].retryPolicy.backoff",
                                                      "this is 'expo', not 'exponential' or 'linear' or 'fixed'", None)),
    ("- {function: f, retryPolicy: {initialDelay: -5}}", ("bad-duration", "3:45", "$.steps[0].retryPolicy.initialDelay", "-5 is negative",
                                                         "give milliseconds of 0 or more")),
    ("- {function: f, retryPolicy: {backoff: {initialDelay: 5s}, maxDelay: 5}}", (
        "both-spellings", "3:30", "$.steps[0].retryPolicy", "'maxDelay' stands beside backoff's own mapping", "write it within backoff")),
    ("- {function: f, onError: go}", ("wrong-type", "3:26", "$.steps[0].onError", "this is 'go', not 'fail' or 'continue'", None)),
    ("- {function: f, condition: 5}", ("wrong-type", "3:28", "$.steps[0].condition", "this is 5, not a condition",
                                       "write an expression: '{{ input.plan === \"enterprise\" }}'")),
    ("- {function: f, id: send-mail}", ("wrong-value", "3:21", "$.steps[0].id", "this is 'send-mail', not an identifier: letters, digits and _",
                                        "expressions reach the step by it")),
    ("- {function: f, id: input}", ("reserved-id", "3:21", "$.steps[0].id",
                                    "a step cannot be called 'input': in expressions that is what the workflow was started with", "give it another id")),
    ("- {function: f, id: class}", ("reserved-id", "3:21", "$.steps[0].id", "a step cannot be called 'class': it is a word of the expressions' language",
                                    "give it another id")),
    ("- {function: f, id: Math}", ("reserved-id", "3:21", "$.steps[0].id",
                                   "a step cannot be called 'Math': it is a function of the expressions' language", "give it another id")),
    ("- {function: f}\n- {function: f}", ("duplicate-id", "4:3", "$.steps[1]", "the id 'f' is taken by the step at $.steps[0]", "give it another id")),
    ("- {parallel: [{action: f}, {action: g}], id: p}\n- {id: g, function: h}", (
        "duplicate-id", "4:8", "$.steps[1].id", "the id 'g' is taken by the step at $.steps[0].parallel[1]", "give it another id")),
    ("- {parallel: [{function: a}]}\n- {parallel: [{function: b}]}", (
        "missing", "4:3", "$.steps[1]", "this is one more step of kind 'parallel' without a name", "give it an id")),
    ("- {name: '???', wait: 3d}", ("missing", "3:3", "$.steps[0]", "no id can be made of '???'", "give it an id")),
    ("- {parallel: []}", ("wrong-value", "3:14", "$.steps[0].parallel", "there are no steps here", "give at least one, or leave the key out")),
    ("- {forEach: 5, steps: [{function: f}]}", ("wrong-type", "3:13", "$.steps[0].forEach", "this is 5, not a template of a list",
                                               "write forEach: '{{ input.items }}'")),
    ("- {forEach: items, steps: [{function: f}]}", ("wrong-value", "3:13", "$.steps[0].forEach", "this is 'items', not a template of a list",
                                                   "write forEach: '{{ input.items }}'")),
    ("- {forEach: '{{ input.a }}'}", ("missing", "3:3", "$.steps[0]", "a step of kind 'forEach' needs 'steps': what is done for each", None)),
    ("- {forEach: '{{ input.a }}', as: i, indexAs: i, steps: [{function: f}]}", (
        "hidden-name", "3:3", "$.steps[0]", "the item and its index have one name, 'i'", "give another as: or indexAs:")),
    ("- {switch: [{condition: input.a}]}", ("missing", "3:13", "$.steps[0].switch[0]", "a case needs 'steps': what is done then", None)),
    ("- {switch: []}", ("wrong-value", "3:12", "$.steps[0].switch", "this is empty, not a list of cases", "give at least one")),
    ("- {try: [{function: f}]}", ("missing", "3:3", "$.steps[0]", "a step of kind 'try' needs 'catch' or 'finally'", "without them, write the steps alone")),
    ("- {repeat: {steps: [{function: f}], until: f}}", ("missing", "3:12", "$.steps[0].repeat", "repeat needs 'maxIterations': how often at most", None)),
    ("- {repeat: {steps: [{function: f}], until: f, while: '!f', maxIterations: 3}}", (
        "both-spellings", "3:12", "$.steps[0].repeat", "'until' and 'while' cannot both end it", "keep one of them")),
    ("- {raise: {type: A}}", ("missing", "3:11", "$.steps[0].raise", "raise needs 'message': what went wrong", None)),
    ("- {approval: {form: {note: strng}}}", ("schema", "3:28", "$.steps[0].approval.form.note", "there is no type 'strng'", "did you mean 'string'?")),
    ("- {workflow: w, detached: 'yes'}", ("wrong-type", "3:27", "$.steps[0].detached", "this is 'yes', not true or false", None)),
    ("- {set: 5}", ("wrong-type", "3:9", "$.steps[0].set", "this is 5, not a mapping of names to templates", None)),
]  # fmt: skip


@pytest.mark.parametrize(("step", "fault"), STEPS)
def test_steps(step: str, fault: Fault) -> None:
    """Each thing that a step cannot be is one fault, and no other follows from it."""
    assert [found for found in _faults(HEAD + step) if found[0] != "unknown-workflow"] == [fault]


WHOLE: list[tuple[str, list[Fault]]] = [
    ("5", [("wrong-type", "1:1", "$", "this is 5, not a mapping: a definition has name, description, dsl, version, labels, trigger, input, output, "
            "vars, steps, result, errorHandling, timeout, metrics, notifications, tests", None)]),
    ("- a", [("wrong-type", "1:1", "$", "this is a list, not a definition", "a definition is a mapping with 'name:' and 'steps:'")]),
    ("{}", [
        ("missing", "1:1", "$", "a definition needs 'name': by which it is started", None),
        ("missing", "1:1", "$", "a definition needs 'steps': what it does, in this order", None),
    ]),
    ("nam: x\nstep: [{function: f}]", [
        ("unknown-key", "1:1", "$.nam", "a definition has no 'nam'", "did you mean 'name'?"),
        ("unknown-key", "2:1", "$.step", "a definition has no 'step'", "did you mean 'steps'?"),
    ]),
    ("name: x\nsteps: []", [("wrong-value", "2:8", "$.steps", "there are no steps here", "give at least one, or leave the key out")]),
    ("name: x\nsteps: 5", [("wrong-type", "2:8", "$.steps", "this is 5, not a list of steps", None)]),
    ("name: x@2\nsteps: [{wait: 1s}]", [
        ("bad-name", "1:7", "$.name", "the workflow name 'x@2' holds '@', which marks a version: give version= instead", None)]),
    ("name: x\nversion: 1.10\ndsl: 2\ntimeout: 60\nlabels: [a]\nsteps: [{wait: 1s}]", [
        ("bad-version", "2:10", "$.version", "the version 1.10 is read as the number 1.1", "write it in quotes: '1.10'"),
        ("wrong-type", "3:6", "$.dsl", "this is 2, not a version of this language: there is '1'", None),
        ("bare-duration", "4:10", "$.timeout", "60 says no unit of time", "write '60s' for seconds, or '60ms' for milliseconds"),
        ("wrong-type", "5:9", "$.labels", "this is a list, not a mapping of names to texts", None),
    ]),
    ("name: x\nversion: v2\nsteps: [{wait: 1s}]", [
        ("wrong-type", "2:10", "$.version", "this is 'v2', not a version", "write numbers and dots: 1 or '2.1'")]),
    ("name: x\ntrigger: {}\nsteps: [{wait: 1s}]", [
        ("kind-missing", "2:10", "$.trigger", "a trigger needs an event or a schedule",
         "write {event: user.created} or {schedule: '0 9 * * mon'}; calls start every workflow")]),
    ("name: x\ntrigger: {cron: '0 9 * * *', event: a, timezone: Europe/Berln}\nsteps: [{wait: 1s}]", [
        ("unknown-key", "2:11", "$.trigger.cron", "a trigger has no 'cron'", "did you mean 'schedule'?"),
        ("misplaced-key", "2:40", "$.trigger.timezone", "'timezone' belongs to a trigger with 'schedule'",
         "remove it, or write 'schedule' beside it"),
        ("bad-timezone", "2:50", "$.trigger.timezone", "'Europe/Berln' is not a time zone: did you mean 'Europe/Berlin'?", None),
    ]),
    ("name: x\nmetrics: [{nme: a}, {name: b}, {name: b}]\nsteps: [{wait: 1s}]", [
        ("unknown-key", "2:12", "$.metrics[0].nme", "a metric has no 'nme'", "did you mean 'name'?"),
        ("duplicate-id", "2:39", "$.metrics[2].name", "the metric 'b' is declared twice", "remove one"),
    ]),
    ("name: x\nnotifications: {onstart: a, onFailure: 5}\nsteps: [{wait: 1s}]", [
        ("unknown-key", "2:17", "$.notifications.onstart", "notifications has no 'onstart'", "did you mean 'onStart'?"),
        ("wrong-type", "2:40", "$.notifications.onFailure", "this is 5, not a list of recipients", None),
    ]),
    ("name: x\nerrorHandling: {retryPolicy: {}, strategy: undo, fallbackSteps: {waits: f}}\nsteps: [{wait: 1s}]", [
        ("unknown-key", "2:17", "$.errorHandling.retryPolicy", "errorHandling has no 'retryPolicy'", "did you mean 'retryStrategy'?"),
        ("wrong-type", "2:44", "$.errorHandling.strategy", "this is 'undo', not 'compensate'", None),
        ("unknown-step", "2:66", "$.errorHandling.fallbackSteps.waits", "there is no step 'waits' to fall back from", "did you mean 'wait'?"),
    ]),
    ("name: x\nerrorHandling: {fallbackSteps: {wait: f}}\nsteps: [{wait: 1s}]", [
        ("misplaced-key", "2:33", "$.errorHandling.fallbackSteps.wait", "the step 'wait' is of kind 'wait', which has no fallback",
         "try and catch are for every kind")]),
    ("name: x\ninput: {plan: strng, seats: {type: integer, default: a}}\noutput: [5]\nsteps: [{wait: 1s}]", [
        ("schema", "2:15", "$.input.plan", "there is no type 'strng'", "did you mean 'string'?"),
        ("schema", "3:10", "$.output[0]", "this is 5, not a name", "a list declares names: [userName, userEmail]"),
    ]),
    ("name: x\nsteps: [{wait: 1s}]\nx-team: sales\nteam: sales", [
        ("unknown-key", "4:1", "$.team", "a definition has no 'team'",
         "it has name, description, dsl, version, labels, trigger, input, output, vars, steps, result, errorHandling, timeout, "
         "metrics, notifications, tests; own keys begin with x-")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "faults"), WHOLE)
def test_definitions(text: str, faults: list[Fault]) -> None:
    """What a definition cannot be is told, all at once and in the order of the text."""
    assert _faults(text) == faults


def test_faults_of_reading_and_of_shape_come_together() -> None:
    """Traps of YAML and what is wrong with what was read are told in one pass."""
    codes = [
        fault[0] for fault in _faults("name: x\nsteps:\n- {fuction: f}\n- function: g\n  input: {{a}}\n  timeout: 5\n")
    ]
    assert codes == ["unknown-key", "unquoted-template", "bare-duration"]


def test_warnings_hide_no_error() -> None:
    """Hundreds of warnings are cut short, and an error behind them refuses all the same."""
    steps = "".join(f"- {{function: f{n}, input: '{{{{ input.a{n} }}}}'}}\n" for n in range(500))
    checked = check_definition_text(
        f"name: x\ninput: {{b: string}}\nsteps:\n{steps}- {{function: g, input: '{{{{ nope }}}}'}}\n"
    )
    assert (checked.definition, [p.severity for p in checked.problems].count("warning")) == (None, 200)
    assert [p.code for p in checked.problems if p.severity == "error"] == ["unknown-name"]


def test_a_mapping_has_paths_and_no_places() -> None:
    """Faults of a Python mapping have their path, and no line."""
    assert _faults({"name": "x", "steps": [{"function": "f", "timeout": 5}]}) == [
        (
            "bare-duration",
            "None:None",
            "$.steps[0].timeout",
            "5 says no unit of time",
            "write '5s' for seconds, or '5ms' for milliseconds",
        )
    ]
