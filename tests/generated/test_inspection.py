"""/_inspect and /_control under requests made from their own document, valid and invalid ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from schemathesis import Case

from mock_capi.web.inspect import document
from tests.generated.own_tree import asked_for_each_time, judge_reading, judge_steering, valid_is_done, waited_or_not
from tests.generated.stage import Afresh, busy, requests_of
from tests.senders import Sender

DOCUMENT = orjson.loads(orjson.dumps(document()))


def reading(operation_id: str) -> Callable[..., Any]:
    """The operation over one busy world, since reading changes nothing."""
    return requests_of(DOCUMENT, operation_id, busy())


def steering(operation_id: str) -> Callable[..., Any]:
    """The operation over a busy world of its own for each request."""
    return requests_of(DOCUMENT, operation_id, Afresh(busy))


@reading("listNewest")
def test_the_newest_submissions(case: Case[Any]) -> None:
    """Every filter and combination answers a page, a bad one is refused."""
    judge_reading(case)


@reading("listSubmissions")
def test_submissions(case: Case[Any]) -> None:
    """The same under the longer path."""
    judge_reading(case)


@reading("showStatic")
def test_the_pages_files(case: Case[Any]) -> None:
    """Every file that the document names is there, and no other."""
    judge_reading(case, valid_is_done, asked_for_each_time)


@reading("showSubmission")
def test_a_submission(case: Case[Any]) -> None:
    """One that there is is shown, any other id finds none."""
    if case.meta is not None and case.meta.generation.mode.is_positive:
        case.path_parameters = {"submission_id": Sender(case.operation.app.test_client()).last()["id"]}
    judge_reading(case)


@reading("showContext")
def test_a_submissions_context(case: Case[Any]) -> None:
    """The same for what surrounds it."""
    if case.meta is not None and case.meta.generation.mode.is_positive:
        case.path_parameters = {"submission_id": Sender(case.operation.app.test_client()).last()["id"]}
    judge_reading(case)


@reading("listEvents")
def test_events(case: Case[Any]) -> None:
    """The same filters over events."""
    judge_reading(case)


@reading("waitFor")
def test_waiting(case: Case[Any]) -> None:
    """With every filter it ends, in what was waited for or in the nearest misses."""
    judge_reading(case, waited_or_not)


@reading("export")
def test_exporting(case: Case[Any]) -> None:
    """Every format under every filter is written."""
    judge_reading(case)


@reading("report")
def test_the_report(case: Case[Any]) -> None:
    """Every format of one dataset or all is written."""
    judge_reading(case)


@reading("summarise")
def test_the_summary(case: Case[Any]) -> None:
    """The same filters over the counts."""
    judge_reading(case)


@reading("showStatus")
def test_the_status(case: Case[Any]) -> None:
    """It shows how the mock stands."""
    judge_reading(case)


@reading("showHelp")
def test_the_help(case: Case[Any]) -> None:
    """It is the same whenever it is asked for."""
    judge_reading(case)


@reading("showDocument")
def test_the_document(case: Case[Any]) -> None:
    """It is served to its one method only."""
    judge_reading(case)


@reading("showClock")
def test_the_clock(case: Case[Any]) -> None:
    """Everyone's clock or one dataset's is shown."""
    judge_reading(case)


@reading("listDatasets")
def test_datasets(case: Case[Any]) -> None:
    """All are listed."""
    judge_reading(case)


@reading("showDataset")
def test_a_dataset(case: Case[Any]) -> None:
    """The one there is is shown, no other."""
    judge_reading(case)


@reading("listFaults")
def test_faults(case: Case[Any]) -> None:
    """All or one dataset's are listed."""
    judge_reading(case)


@reading("showMetrics")
def test_the_metrics(case: Case[Any]) -> None:
    """They are shown, whatever is accepted."""
    judge_reading(case)


@reading("showLiveness")
def test_liveness(case: Case[Any]) -> None:
    """It is answered to anyone."""
    judge_reading(case)


@reading("showReadiness")
def test_readiness(case: Case[Any]) -> None:
    """The same."""
    judge_reading(case)


@steering("setClock")
def test_setting_the_clock(case: Case[Any]) -> None:
    """A time is set, anything else refused."""
    judge_steering(case)


@steering("resetClock")
def test_resetting_the_clock(case: Case[Any]) -> None:
    """Real time comes back."""
    judge_steering(case)


@steering("advanceClock")
def test_advancing_the_clock(case: Case[Any]) -> None:
    """Up to either end of time and not beyond."""
    judge_steering(case)


@steering("provisionDataset")
def test_provisioning(case: Case[Any]) -> None:
    """A dataset is made or given other readings, bad names and readings are refused."""
    judge_steering(case)


@steering("withdrawDataset")
def test_withdrawing(case: Case[Any]) -> None:
    """The one there is goes, no other."""
    judge_steering(case)


@steering("armFault")
def test_arming(case: Case[Any]) -> None:
    """Every fault within the limits is armed, no other."""
    judge_steering(case)


@steering("disarmFault")
def test_disarming(case: Case[Any]) -> None:
    """The one there is goes, no other."""
    judge_steering(case)


@steering("disarmAllFaults")
def test_disarming_all(case: Case[Any]) -> None:
    """All or one dataset's go."""
    judge_steering(case)


@reading("listPersonas")
def test_personas(case: Case[Any]) -> None:
    """All or one dataset's are listed."""
    judge_reading(case)


@steering("registerPersona")
def test_registering(case: Case[Any]) -> None:
    """Whoever has an address is registered, nobody else."""
    judge_steering(case)


@steering("forgetPersona")
def test_forgetting(case: Case[Any]) -> None:
    """The one there is goes, no other."""
    judge_steering(case)


@steering("forgetAllPersonas")
def test_forgetting_all(case: Case[Any]) -> None:
    """All or one dataset's go."""
    judge_steering(case)


@steering("clearLog")
def test_clearing_the_log(case: Case[Any]) -> None:
    """All of it or one dataset's goes, whatever its name."""
    judge_steering(case)


@steering("sendSample")
def test_sending_a_sample(case: Case[Any]) -> None:
    """Every kind is sent to the dataset there is, no other kind and to no other."""
    judge_steering(case)


@steering("reset")
def test_reset(case: Case[Any]) -> None:
    """Everything or one dataset starts anew."""
    judge_steering(case)
