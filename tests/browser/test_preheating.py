import time

import psutil
import pytest
from annotator import Desk, in_database

from specoracle.campaign.facts import CampaignFacts
from specoracle.campaign.opening import create_campaign
from specoracle.campaign.workspace import Workspace

pytestmark = pytest.mark.browser


def ready_kernel(server):
    """The kernel that waits for a page: the only one, connected to the server, at rest."""
    for _ in range(900):
        kernels = server.kernels()
        if len(kernels) == 1 and is_connected(kernels[0], server.process):
            return kernels[0]
        time.sleep(0.1)
    pytest.fail(f"Expected one kernel in advance, got {kernels}")


def is_connected(kernel, process):
    ports = {one.laddr.port for one in process.net_connections() if one.status == "LISTEN"}
    try:
        connections = kernel.net_connections()
    except psutil.Error:  # it has just ended
        return False
    return any(one.raddr and one.raddr.port in ports for one in connections)


def test_a_kernel_in_advance_shows_what_was_asked_for_and_answered_since(
    preheated, page, workspace, campaign
):
    """What the kernel could know when it was started is another campaign, no answer."""
    facts = CampaignFacts(
        name="other",
        classes=("a", "b"),
        targets=("a",),
        batch_size=8,
        candidate_size=2,
        estimation_size=4,
        estimation_growth=2,
    )
    create_campaign(Workspace(workspace), facts).close()
    kernel = ready_kernel(preheated)
    batch = campaign.batch("vera")
    first, second = (member.identifier for member in batch.members[:2])
    batch.label("absorption", identifier=first)
    batch.goto(second)

    desk = Desk(page, f"{preheated.url}&campaign={campaign.name}")
    assert kernel.pid in [one.pid for one in preheated.kernels()]
    assert desk.spectrum == second
    assert desk.answers() == {first: "absorption"}
    assert desk.press("1") == second
    assert in_database(campaign) == {first: "absorption", second: "emission"}

    # The next one in advance was started while the first desk was open.
    here = desk.spectrum
    page.goto("about:blank")
    next_kernel = ready_kernel(preheated)
    assert next_kernel.pid != kernel.pid
    again = Desk(page, f"{preheated.url}&campaign={campaign.name}")
    assert again.spectrum == here
    assert again.answers() == in_database(campaign)
    page.goto("about:blank")
    ready_kernel(preheated)

    page.goto(f"{preheated.url}&campaign=other")
    page.wait_for_selector("[data-testid=class-2]:has-text('b')")
    page.goto("about:blank")
