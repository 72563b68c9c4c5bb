package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.data;
import static dev.culvert.kit.script.Segments.rst;
import static dev.culvert.kit.script.Segments.syn;
import static dev.culvert.kit.script.Segments.synAck;
import static dev.culvert.tcp.TcpState.LISTEN;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The connection table finds the last two connections without a hash; one that has ended is not among them. */
class RecentConnectionsTest extends ScriptTest {
    private static final int FIRST = 40_001;
    private static final int SECOND = 40_002;

    private Script tcp;
    private long first;

    @BeforeEach
    void openBoth() {
        tcp = given(LISTEN);
        first = open(FIRST);
        open(SECOND);
    }

    private long open(final int port) {
        tcp.peerPort(port).inject(syn().seq(0).mss(1000)).expectWithin(0, synAck());
        return tcp.inject(ack()).accept().conn();
    }

    private void expectUnknown(final int port) {
        tcp.discardSent().peerPort(port);
        tcp.inject(data(10).absolute().seq(1).ack(1)).expect(rst().absolute().seq(1));
    }

    @Test
    void theLastOneIsForgotten() {
        tcp.abort();
        expectUnknown(SECOND);
        tcp.shard().abort(first, tcp.elapsedNs());
        tcp.discardSent();
    }

    @Test
    void theOneBeforeItIsForgotten() {
        tcp.shard().abort(first, tcp.elapsedNs());
        expectUnknown(FIRST);
    }
}
