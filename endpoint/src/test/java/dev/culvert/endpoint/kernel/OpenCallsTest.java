package dev.culvert.endpoint.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.kit.posix.SystemCall;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class OpenCallsTest {
    @Test
    void aCallThatNeverBlocksHasEndedOnReturn() {
        final AtomicReference<Thread> maker = new AtomicReference<>();
        try (OpenCalls calls = new OpenCalls()) {
            final SystemCall call = calls.makeNow(
                    "getsockopt",
                    () -> {
                        maker.set(Thread.currentThread());
                        return 7;
                    },
                    ended -> ended.with(new byte[] {1, 2}));
            assertTrue(call.isFinished());
            assertEquals(7, call.result());
            assertEquals(2, call.data().length);
            assertEquals(1, calls.finished());
            assertEquals(Thread.currentThread(), maker.get(), "a thread of its own may be late");
        }
    }
}
