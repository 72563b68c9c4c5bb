package dev.culvert.kit.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** packetdrill's side of the protocol, in Java: frames requests and takes answers apart. */
final class Plugin {
    /** One answer, taken apart. */
    static final class Reply {
        final int id;
        final int result;
        final int errno;
        final long timeUs;
        final ByteBuffer body;

        Reply(final ByteBuffer frame) {
            assertEquals(frame.remaining() - 4, frame.getInt(), "the length counts what follows it");
            id = frame.getInt();
            result = frame.getInt();
            errno = frame.getInt();
            timeUs = frame.getLong();
            body = frame.slice();
        }
    }

    /** Carries frames there and back. */
    interface Line {
        void send(byte[] frame) throws Exception;

        /** The next answer; null: none is there, where the line does not wait. */
        Reply next() throws IOException;
    }

    private final Line line;
    private final Map<Integer, Reply> early = new HashMap<>();
    private int lastId;
    /** Its clock. */
    long nowUs = 1_700_000_000_000_000L;

    Plugin(final Line line) {
        this.line = line;
    }

    static byte[] frame(final int id, final int operation, final long nowUs, final byte[] body) {
        return new Body()
                .i32(16 + body.length)
                .i32(id)
                .i16(operation)
                .i16(0)
                .i64(nowUs)
                .raw(body)
                .bytes();
    }

    /** Sends a request and does not wait for its answer. */
    int begin(final Operation operation, final Body body) throws Exception {
        line.send(frame(++lastId, operation.number(), nowUs, body.bytes()));
        return lastId;
    }

    /** The answer to this request; null: it has not come. */
    Reply answer(final int id) throws IOException {
        while (!early.containsKey(id)) {
            final Reply reply = line.next();
            if (reply == null) {
                return null;
            }
            early.put(reply.id, reply);
        }
        final Reply reply = early.remove(id);
        nowUs = Math.max(nowUs, reply.timeUs);
        return reply;
    }

    Reply ask(final Operation operation, final Body body) throws Exception {
        return answer(begin(operation, body));
    }

    /** A request that must succeed; its result. */
    int ok(final Operation operation, final Body body) throws Exception {
        final Reply reply = ask(operation, body);
        assertEquals(0, reply.errno, () -> operation + " failed");
        return reply.result;
    }

    void hello(final int clock) throws Exception {
        ok(Operation.HELLO, new Body().i32(1).i8(clock).blob());
    }
}
