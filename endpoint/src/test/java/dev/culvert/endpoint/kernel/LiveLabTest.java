package dev.culvert.endpoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scenarios of the laboratory between Culvert and this machine's kernel. */
@Tag("e2e")
class LiveLabTest {
    private static String ending(final String name) {
        final List<String> lines = new ArrayList<>();
        LiveLab.play(name, lines::add);
        return lines.get(lines.size() - 1);
    }

    @Test
    void theKernelComesBackFromItsPortOnlyWhereItMayBind() {
        assertEquals(
                "live        the kernel's bind: EADDRINUSE, with SO_REUSEADDR: OK; its connect: OK",
                ending("exit-chat"));
    }

    @Test
    void aSynOfTheKernelsReopensTimeWait() {
        assertEquals(
                "live        the kernel's connect from the same port: OK; Culvert reopened TIME-WAIT 1 times",
                ending("server-closes"));
    }

    @Test
    void aTimeWaitOfTwoMillisecondsResetsThePeer() {
        assertEquals(
                "live        the kernel's application is told ECONNRESET of a connection that ended well",
                ending("lost-last-ack"));
    }
}
