"""What an expression may read where it stands, and which steps can run at all."""

# ruff: noqa: E501, ISC004 - a row of these tables is one claim, and is read as one

from __future__ import annotations

import pytest

from dosdk_temporal import Registry
from dosdk_temporal._pure.declarative.loading import check_definition_text
from dosdk_temporal._pure.definitions import ActionDefinition, WorkflowDefinition
from dosdk_temporal._pure.trigger import Trigger

Fault = tuple[str, str, str, str | None]

HEAD = "name: x\nsteps:\n"


def _faults(text: str) -> list[Fault]:
    return [
        (problem.code, f"{problem.line}:{problem.column}", problem.message, problem.hint)
        for problem in check_definition_text(text).problems
        if not (problem.code in {"unknown-function", "unknown-workflow"} and problem.severity == "warning")
    ]


def _asks(step: str, reason: str, what: str, fixed: str, owner: str) -> tuple[str, str | None]:
    message = f"{step} may have no output: {reason}, and reading {what} of nothing fails"
    return message, f"write {fixed}, or ask for {owner} in the step's condition"


FINE = [
    "- {function: f, input: '{{ input.a }} {{ trigger.payload.x }} {{ workflow.id }} {{ now }}'}",
    "- {function: f}\n- {function: g, input: '{{ f.a.b }} {{ steps.f.c }}'}",
    "- {function: f, condition: input.a}\n- {function: g, input: ['{{ f }}', '{{ f?.a.b }}', '{{ f && f.a }}', '{{ f ? f.a : 1 }}']}",
    "- {function: f, condition: input.a}\n- {function: g, condition: '!!f', input: '{{ f.a }} {{ steps.f.a }}'}",
    "- {function: f, condition: input.a}\n- {function: g, condition: 'steps.f && input.b', input: '{{ f.a }}'}",
    "- {function: f, condition: 'input.a === 1'}\n- {function: g, condition: '{{ input.a===1 && input.b }}', input: '{{ f.a }}'}",
    "- {function: f, condition: input.a}\n- {return: 1, condition: '!f'}\n- {function: g, input: '{{ f.a }}'}",
    "- {function: f, condition: input.a, fallback: h, onError: continue}\n- {function: g, input: '{{ f?.error }}'}",
    "- {parallel: [{function: a}, {function: b}], id: p}\n- {function: g, input: '{{ a.x }} {{ p.b.y }}'}",
    "- {forEach: '{{ input.a }}', id: l, steps: [{function: a, input: '{{ item.x }} {{ index }}'}, {function: b, input: '{{ a.x }}'}]}\n- {function: g, input: '{{ l[0].x }} {{ a?.x }}'}",
    "- {forEach: '{{ input.a }}', id: l, as: row, steps: [{forEach: '{{ row.b }}', id: m, indexAs: n, steps: [{function: a, input: '{{ row.x }} {{ item.y }} {{ index }} {{ n }}'}]}]}",
    "- {try: [{function: a}], catch: [{steps: [{function: b, input: '{{ error.message }} {{ a?.x }}'}]}], id: t}",
    "- {try: [{function: a}], finally: [{function: b, input: '{{ a?.x }}'}], id: t}\n- {function: c, input: '{{ a.x }} {{ b.x }}'}",
    "- {repeat: {steps: [{function: a, input: '{{ a?.n }}'}], until: a.done, maxIterations: 3}, id: r}\n- {function: b, input: '{{ a.n }}'}",
    "- {function: f, compensation: {function: g, input: '{{ f.id }}'}, fallback: {function: h, input: '{{ error.message }}'}}",
    "- {waitForEvent: {event: e}, id: w}\n- {function: g, input: '{{ w.x }}'}",
    "- {approval: {title: hi}, id: w, onTimeout: continue}\n- {function: g, input: '{{ w.approved }}'}",
    "- {switch: [{condition: input.a, steps: [{return: 1}]}], default: [{function: d}], id: s}\n- {function: g, input: '{{ s }}'}",
    "- {function: f, input: '{{ steps[input.name] }}'}",
    "- {function: f, condition: true}\n- {wait: 1s}\n- {raise: {message: 'no {{ f?.a }}'}}",
]  # fmt: skip


@pytest.mark.parametrize("steps", FINE)
def test_what_may_be_read(steps: str) -> None:
    """What has run for certain is read freely; what may not have run is read behind a guard of any kind."""
    assert _faults(HEAD + steps) == []


F = "- {function: f, condition: input.a}\n"
OWN = "a step's output is there when it has completed; read what it is made of"
LATER = "move the step {0} before this, or read an earlier one"
REFUSED: list[tuple[str, list[Fault]]] = [
    ("- {function: f, input: '{{ x.y }}'}", [("unknown-name", "3:28", "there is no step and no name 'x'",
                                             "there is input, now, steps, trigger, vars, workflow")]),
    ("- {function: send}\n- {function: f, input: '{{ sned.y }}'}", [("unknown-name", "4:28", "there is no step and no name 'sned'", "did you mean 'send'?")]),
    ("- {function: f, input: '{{ steps.g }}'}", [("unknown-step", "3:34", "there is no step 'g'", "there is f")]),
    ("- {function: f, input: '{{ f.a }}'}", [("self-reference", "3:28", "f reads its own output, which is not there yet", OWN)]),
    ("- {function: f, input: '{{ g.a }}'}\n- {function: g}", [("later-step", "3:28", "g has not run yet here", LATER.format("g"))]),
    ("- {function: f, condition: steps.g.a}\n- {function: g}", [("later-step", "3:28", "g has not run yet here", LATER.format("g"))]),
    (F + "- {function: g, input: '{{ f.mail }}'}", [("unguarded-step", "4:30", *_asks("f", "it has a condition", ".mail", "f?.mail", "f"))]),
    (F + "- {function: g, input: '{{ steps.f.mail.x }}'}", [
        ("unguarded-step", "4:36", *_asks("f", "it has a condition", ".mail", "steps.f?.mail.x", "steps.f"))]),
    (F + "- {function: g, input: '{{ f[0] }}'}", [("unguarded-step", "4:30", *_asks("f", "it has a condition", "an item", "f?.[0]", "f"))]),
    (F + "- {function: g, input: '{{ steps[\"f\"].mail }}'}", [
        ("unguarded-step", "4:39", *_asks("f", "it has a condition", ".mail", 'steps["f"]?.mail', 'steps["f"]'))]),
    (F + "- {function: g, condition: input.b, input: '{{ f.a }}'}", [("unguarded-step", "4:50", *_asks("f", "it has a condition", ".a", "f?.a", "f"))]),
    ("- {function: a}\n- {function: f, condition: a.ok}\n- {function: g, condition: a.ok, input: '{{ f.a }}'}", [
        ("unguarded-step", "5:47", *_asks("f", "it has a condition", ".a", "f?.a", "f"))]),
    ("- {parallel: [{function: a, input: '{{ b }}'}, {function: b}], id: p}", [
        ("unreachable-output", "3:40", "b cannot be read here: it runs at the same time",
         "read it behind the step that holds both, or run b before that")]),
    ("- {parallel: [{function: a, input: '{{ p }}'}], id: p}", [("self-reference", "3:40", "p reads its own output, which is not there yet", OWN)]),
    ("- {parallel: [{function: a}, {function: b}], waitForAll: false, id: p}\n- {function: g, input: '{{ a.x }}'}", [
        ("unguarded-step", "4:30", *_asks("a", "another branch may have come first", ".x", "a?.x", "a"))]),
    ("- {forEach: '{{ input.l }}', steps: [{function: a}], id: l}\n- {function: g, input: '{{ a.x }} {{ item }}'}", [
        ("unguarded-step", "4:30", *_asks("a", "its loop may have had no item", ".x", "a?.x", "a")),
        ("unknown-name", "4:38", "there is no step and no name 'item'", "there is input, now, steps, trigger, vars, workflow, a, l"),
    ]),
    ("- {forEach: '{{ input.l }}', as: a, indexAs: now, steps: [{function: a}], id: l}", [
        ("hidden-name", "3:34", "'a' cannot be the name here: a step is called so, and would be hidden", "choose another name"),
        ("hidden-name", "3:46", "'now' cannot be the name here: in expressions that is the run's clock", "choose another name"),
    ]),
    ("- {forEach: '{{ input.l }}', id: l, steps: [{forEach: '{{ item }}', id: m, steps: [{function: a}]}]}", [
        ("hidden-name", "3:45", "'item' cannot be the name here: the loop or catch around it uses that name, which would be hidden",
         "choose another name"),
        ("hidden-name", "3:45", "'index' cannot be the name here: the loop or catch around it uses that name, which would be hidden",
         "choose another name"),
    ]),
    ("- {switch: [{condition: a, steps: [{function: a}]}], default: [{function: b, input: '{{ a }}'}], id: s}\n- {function: g, input: '{{ b.x }}'}", [
        ("later-step", "3:25", "a has not run yet here", LATER.format("a")),
        ("unreachable-output", "3:89", "a cannot be read here: it is in another case of the switch",
         "read it behind the step that holds both, or run a before that"),
        ("unguarded-step", "4:30", *_asks("b", "it is in one case of a switch", ".x", "b?.x", "b")),
    ]),
    ("- {try: [{function: a}], catch: [{as: why, steps: [{function: b, input: '{{ a.x }} {{ error.type }} {{ why.foo }}'}]}], id: t}\n"
     "- {function: g, input: '{{ b.x }}'}", [
        ("unguarded-step", "3:79", *_asks("a", "its try may have failed before", ".x", "a?.x", "a")),
        ("unknown-name", "3:87", "there is no error here", "error is there in a catch, in a fallback's input, in onFailure and in finally"),
        ("unguarded-step", "4:30", *_asks("b", "it runs only when its try fails", ".x", "b?.x", "b")),
    ]),
    ("- {try: [{function: a}], catch: [{steps: [{function: b, input: '{{ error.mesage }}'}]}], id: t}", [
        ("unknown-property", "3:74", "error has no 'mesage'", "did you mean 'message'?")]),
    ("- {repeat: {steps: [{function: a, input: '{{ b.x }}'}, {function: b}], while: '!a.done', maxIterations: 3}, id: r}\n- {function: g, input: '{{ a.x }}'}", [
        ("unguarded-step", "3:48", *_asks("b", "the first time it has not run yet", ".x", "b?.x", "b")),
        ("unguarded-step", "3:83", *_asks("a", "the first time it has not run yet", ".done", "a?.done", "a")),
        ("unguarded-step", "4:30", *_asks("a", "its loop may not have run once", ".x", "a?.x", "a")),
    ]),
    ("- {waitForEvent: {event: e}, id: w, onTimeout: continue}\n- {function: g, input: '{{ w.x }}'}", [
        ("unguarded-step", "4:30", *_asks("w", "the event may not have come in time", ".x", "w?.x", "w"))]),
    ("- {try: [{function: a}], finally: [{function: b}], id: t, onError: continue}\n- {function: g, input: '{{ a.x }}'}", [
        ("unguarded-step", "4:30", *_asks("a", "t may have failed before", ".x", "a?.x", "a"))]),
    ("- {parallel: [{function: a}], id: p, condition: input.b}\n- {function: g, input: '{{ a.x }}'}", [
        ("unguarded-step", "4:30", *_asks("a", "p has a condition", ".x", "a?.x", "a"))]),
    ("- {return: 5}\n- {function: f}\n- {function: g}", [
        ("unreachable-step", "4:3", "this step can never run: 'returnStep' before it ends the run", "give the return a condition, or remove what follows")]),
    ("- {raise: {message: gone}}\n- {function: f}", [
        ("unreachable-step", "4:3", "this step can never run: 'raise' before it ends the run", "give the raise a condition, or remove what follows")]),
    ("- {function: f, input: '{{ trigger.paylod }} {{ workflow.nam }} {{ event.x }} {{ vars.x }}'}", [
        ("unknown-property", "3:36", "trigger has no 'paylod'", "did you mean 'payload'?"),
        ("unknown-property", "3:58", "workflow has no 'nam'", "did you mean 'name'?"),
        ("unknown-name", "3:68", "there is no event here", "event is there in a trigger's filter"),
        ("unknown-name", "3:87", "vars has no 'x'", "declare it under vars:"),
    ]),
    ("- {function: f, condition: '{{input.a}} && {{input.b}}'}", [
        ("text-around-condition", "3:28", "a condition is one expression, and this has text around its braces",
         "write all of it within one pair: {{ input.a && input.b }}")]),
    ("- {function: f, condition: 'plan is {{input.a}}'}", [
        ("text-around-condition", "3:28", "a condition is one expression, and this has text around its braces",
         "write one expression, as in {{ input.plan === 'enterprise' && input.seats > 5 }}")]),
]  # fmt: skip


@pytest.mark.parametrize(("steps", "faults"), REFUSED)
def test_what_may_not_be_read(steps: str, faults: list[Fault]) -> None:
    """Each read of what is not there, or may not be, has its place within the text, its reason, and the fix."""
    assert _faults(HEAD + steps) == faults


@pytest.mark.parametrize(
    ("steps", "places"),
    [
        ("- {function: f, condition: 'input.a = 5'}", ["3:37"]),
        ("- {function: f, input: {a: 'x {{ input.a', b: 'y {{ input. }}'}}", ["3:41", "3:60"]),
        ("- function: f\n  input: |\n    one\n    {{ input..x }}", ["6:14"]),
    ],
)
def test_what_is_no_expression(steps: str, places: list[str]) -> None:
    """Text that is no expression is told at the very character, in quotes and in blocks."""
    assert [(code, place) for code, place, _, _ in _faults(HEAD + steps)] == [
        ("expression-syntax", at) for at in places
    ]


def test_the_input_is_looked_up() -> None:
    """Reading what the input does not declare is a warning with what may be meant; a lone property's name is a fault."""
    text = (
        "name: x\ninput: {plan: string, who: {email: string}, any: object}\nsteps:\n- function: f\n  input:\n"
        "  - '{{ input.plam }}'\n  - '{{ input.who.emial }}'\n  - '{{ input.plan.length }} {{ input.any.x.y }}'\n  - '{{ plan }}'\n"
    )
    found = [(p.severity, p.code, p.line, p.column, p.message, p.hint) for p in check_definition_text(text).problems]
    assert [fault for fault in found if fault[1] != "unknown-function"] == [
        ("warning", "undeclared-property", 6, 15, "input declares no 'plam'", "did you mean 'plan'?"),
        ("warning", "undeclared-property", 7, 19, "input.who declares no 'emial'", "did you mean 'email'?"),
        ("error", "unknown-name", 9, 9, "there is no 'plan' here", "did you mean input.plan?"),
    ]


@pytest.mark.parametrize(
    ("rest", "faults"),
    [
        ("result: '{{ f.a }} {{ g.a }}'", [("unknown-name", "g")]),
        ("output: {x: '{{ h.a }}'}", [("unguarded-step", "h")]),
        ("metrics: [{name: m, value: '{{ nope }}'}]", [("unknown-name", "nope")]),
        ("vars: {a: '{{ f.a }}'}", [("later-step", "f")]),
        ("vars: {a: '{{ input.a }}', b: '{{ vars.a }}'}", [("unknown-name", "vars")]),
        ("trigger: {event: e, filter: event.payload.a > input.b}", [("unknown-name", "input")]),
        ("trigger: {event: e, filter: event.payload.a > 5}", []),
        (
            "errorHandling: {onFailure: [{function: n, input: '{{ error.message }} {{ f.a }}'}]}",
            [("unguarded-step", "f")],
        ),
        ("errorHandling: {finally: [{function: n, input: '{{ error?.message }} {{ f?.a }}'}]}", []),
        ("errorHandling: {finally: [{function: n, input: '{{ error.message }}'}]}", [("unguarded-step", "error")]),
    ],
)
def test_what_stands_around_the_steps(rest: str, faults: list[tuple[str, str]]) -> None:
    """Results, metrics, vars, filters and what runs in the end see what is there at their time."""
    text = f"{HEAD}- {{function: f}}\n- {{function: h, condition: input.a}}\n{rest}\n"
    found = [(code, message) for code, _, message, _ in _faults(text)]
    assert [code for code, _ in found] == [code for code, _ in faults]
    assert all(name in message for (_, message), (_, name) in zip(found, faults, strict=True))


def _registry() -> Registry:
    async def run(trigger: Trigger) -> None:
        del trigger

    registry = Registry()
    registry.actions.add(ActionDefinition("sendEmail", lambda to=None: to))
    registry.actions.add(ActionDefinition("charge", lambda to=None: to, version="2"))
    registry.workflows.add(WorkflowDefinition("fulfil", run))
    return registry


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ("{function: sendEmail}", None),
        ("{function: charge@2}", None),
        ("{function: send-notification}", None),
        ("{workflow: fulfil}", None),
        ("{workflow: x, detached: true}", None),
        ("{function: sendEmial}", ("unknown-function", "no function is named 'sendEmial'", "did you mean 'sendEmail'?")),
        (
            "{function: charge@3}",
            ("unknown-function", "no function is named 'charge@3'", "there is 'charge@2'"),
        ),
        (
            "{function: sendEmail, fallback: qqq}",
            ("unknown-function", "no function is named 'qqq'", "define it with do.action.create(name='qqq', ...)"),
        ),
        ("{function: sendEmail, compensation: {function: chrge}}",
         ("unknown-function", "no function is named 'chrge'", "did you mean 'charge'?")),
        ("{workflow: fulfill}", ("unknown-workflow", "no workflow is named 'fulfill'", "did you mean 'fulfil'?")),
    ],
)  # fmt: skip
def test_names_that_are_known(step: str, fault: tuple[str, str, str] | None) -> None:
    """Where functions and workflows are known, one that nobody defines is an error with the nearest name."""
    problems = check_definition_text(f"{HEAD}- {step}", registry=_registry()).problems
    assert [(p.code, p.message, p.hint) for p in problems] == ([fault] if fault else [])
    assert {p.severity for p in problems} <= {"error"}


def test_two_hundred_steps() -> None:
    """A definition of two hundred steps is checked as one of two is: each function told once, each slip where it is."""
    steps = "".join(
        f"  - id: s{n}\n    function: f{n % 50}\n    input: {{b: 'no {{{{ steps.s{max(0, n - 1)}.b }}}}'}}\n"
        for n in range(200)
    )
    problems = check_definition_text(f"name: x\nsteps:\n{steps}").problems
    assert [(p.code, p.path) for p in problems if p.code != "unknown-function"] == [
        ("self-reference", "$.steps[0].input.b")
    ]
    assert len(problems) == 51
