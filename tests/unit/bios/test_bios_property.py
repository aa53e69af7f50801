# SPDX-License-Identifier: GPL-3.0-or-later
"""For random registries and wishes: the emulated BIOS ends as the plan says, and planning again finds nothing to do.

The emulator shares no code with the collection; both read the same registry document.
"""

from __future__ import annotations

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from ansible_collections.hwautomation.baremetal.extensions.lab.bios import Attribute, Bios, Dependency, Registry, Term
from ansible_collections.hwautomation.baremetal.extensions.lab.tree.registries import to_document
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios import registry as ours
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.decide import decide, show
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.layers import Setting
from ansible_collections.hwautomation.baremetal.plugins.module_utils._bios.model import BiosState, Wanted, pending_of
from ansible_collections.hwautomation.baremetal.plugins.module_utils._core.errors import ConfigurationError

NAMES = [f"A{number}" for number in range(8)]
# Set by the machine itself and never a condition: chains of consequences are not defined by the schema.
FOLLOWERS = ["F0", "F1"]
WORDS = ("Off", "On", "Auto")


def attribute(name):
    enumeration = st.builds(
        lambda default, current: Attribute(
            name, "Enumeration", default, tuple((word, word) for word in WORDS), current=current, display=f"The {name}"
        ),
        st.sampled_from(WORDS),
        st.sampled_from(WORDS),
    )
    integer = st.builds(
        lambda current, upper: Attribute(name, "Integer", 0, lower=0, upper=upper, step=1, current=min(current, upper)),
        st.integers(0, 9),
        st.integers(3, 9),
    )
    boolean = st.builds(lambda current: Attribute(name, "Boolean", False, current=current), st.booleans())
    return st.one_of(enumeration, integer, boolean)


def value_of(row):
    if row.type == "Integer":
        return st.integers(0, row.upper)
    return st.booleans() if row.type == "Boolean" else st.sampled_from(WORDS)


@st.composite
def registries(draw):
    rows = {name: draw(attribute(name)) for name in NAMES}
    for name in FOLLOWERS:
        rows[name] = Attribute(name, "Enumeration", "Off", tuple((word, word) for word in WORDS), display=f"The {name}")

    def term(position):
        source = rows[draw(st.sampled_from(NAMES))]
        joins = draw(st.sampled_from(((), ("AND",), ("OR",), ("AND", "OR")))) if position else ()
        return Term(source.name, draw(value_of(source)), draw(st.sampled_from(("EQU", "NEQ"))), joins)

    rules = []
    for _count in range(draw(st.integers(0, 6))):
        terms = tuple(term(position) for position in range(draw(st.integers(1, 3))))
        target = draw(st.sampled_from(NAMES))
        rules.append(Dependency(target, draw(st.sampled_from(("ReadOnly", "GrayOut", "Hidden"))), True, terms))
    for name in draw(st.lists(st.sampled_from(FOLLOWERS), unique=True)):
        terms = tuple(term(position) for position in range(draw(st.integers(1, 2))))
        rules.append(Dependency(name, "CurrentValue", draw(st.sampled_from(WORDS)), terms))
    return Registry.of(rows.values(), rules)


@st.composite
def wishes(draw, registry):
    names = draw(st.lists(st.sampled_from([*NAMES, *FOLLOWERS]), unique=True, max_size=6))
    return {name: draw(value_of(registry.attributes[name])) for name in names}


def seen(bios, document):
    return BiosState(
        machine="r01",
        current=dict(bios.current),
        pending=pending_of(bios.current, bios.pending),
        registry=ours.Registry(document),
    )


def carry_out(plan, bios, late=False):
    """Do what the plan says; `late`: the BIOS looks at what is pending once more, as on HPE."""
    for step in plan.steps:
        if step.name.startswith("stage"):
            values = dict(step.payload["attributes"])
            refused = [problem for problem in bios.check(values) if bios.current.get(problem.name) != problem.value]
            assert not refused, f"the BMC would refuse what was planned: {refused}"
            bios.stage(values)
        else:
            bios.latch()
            bios.apply(check=late)


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_plan_carried_out_is_plan_after_and_nothing_is_left(data):
    registry = data.draw(registries())
    document = to_document(registry, "Random.1.0.0", "/registry")
    bios = Bios(registry)
    foreign = data.draw(wishes(registry))
    if not bios.check(foreign):
        bios.stage(foreign)
    wanted = Wanted(
        settings=tuple(Setting("attribute", key, value, "x") for key, value in data.draw(wishes(registry)).items()),
        allow_reboot=True,
        overwrite_pending=data.draw(st.booleans()),
        two_steps=data.draw(st.booleans()),
    )
    before = seen(bios, document)
    try:
        plan = decide(wanted, before)
    except ConfigurationError as refused:
        event(f"refused: {refused.facts['problems'][0]['reason']}")
        return
    except Exception as conflict:
        assume(type(conflict).__name__ != "ConflictError")
        raise
    event(f"{len(plan.steps)} steps")

    carry_out(plan, bios, late=data.draw(st.booleans()))

    after = seen(bios, document)
    change = plan.facts["change"]
    assert show(change.shown, after.registry, after.current, after.pending) == plan.after
    again = decide(wanted, after)
    assert again.steps == ()
    assert again.reason == "already set"


@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.data())
def test_staged_plan_is_staged_on_the_second_run(data):
    registry = data.draw(registries())
    document = to_document(registry, "Random.1.0.0", "/registry")
    bios = Bios(registry)
    settings_ = tuple(Setting("attribute", key, value, "x") for key, value in data.draw(wishes(registry)).items())
    wanted = Wanted(settings=settings_)
    try:
        plan = decide(wanted, seen(bios, document))
    except ConfigurationError:
        return

    carry_out(plan, bios)

    after = seen(bios, document)
    assert show(plan.facts["change"].shown, after.registry, after.current, after.pending) == plan.after
    assert decide(wanted, after).steps == ()
