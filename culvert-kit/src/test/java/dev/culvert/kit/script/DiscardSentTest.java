package dev.culvert.kit.script;

import static dev.culvert.kit.script.Segments.ack;
import static dev.culvert.kit.script.Segments.seconds;
import static dev.culvert.tcp.TcpState.ESTABLISHED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What a script passes over has been sent all the same. */
class DiscardSentTest extends ScriptTest {
    @Test
    void theNextAckIsOfWhatWasPassedOver() {
        final Script tcp = given(ESTABLISHED).send(100).discardSent();

        assertEquals(101, tcp.localNxt());
        tcp.inject(ack()).expectNothingFor(seconds(5));
    }
}
