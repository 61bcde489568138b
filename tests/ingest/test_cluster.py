import psutil

from specoracle.ingest.cluster import connect


def workers():
    children = psutil.Process().children(recursive=True)
    alive = [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in alive if "spawn_main" in " ".join(child.cmdline())]


def listening(processes):
    return {
        connection.laddr.ip
        for process in processes
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    }


def test_local_clusters_are_private_and_do_not_get_in_each_others_way():
    before = workers()
    with connect(None, n_workers=1) as one, connect(None, n_workers=1) as other:
        # A second cluster warns where a port is taken, and warnings are errors here.
        assert one.submit(sum, [1, 2]).result() == other.submit(sum, [1, 2]).result() == 3
        assert one.scheduler.address.startswith("tls://127.0.0.1:")
        assert one.scheduler.address != other.scheduler.address
        # Loopback alone, so that nobody else on the network gets in.
        assert listening([psutil.Process(), *workers()]) == {"127.0.0.1"}
        assert one.security.require_encryption
        assert len(workers()) == len(before) + 2
    assert workers() == before
