package dev.culvert.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.Rfc;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class OptionCursorTest {
    private final OptionCursor cursor = new OptionCursor();

    private OptionCursor options(final String hex) {
        final byte[] bytes = TestPackets.hex(hex);
        return cursor.wrap(new UnsafeBuffer(bytes), 0, bytes.length);
    }

    @Test
    void handsOutOptionsAndStepsOverNop() {
        options("020405b4 01 030307 0402 080a0000000100000002 00");

        assertTrue(cursor.next());
        assertEquals(TcpOptionKind.MSS, cursor.kind());
        assertEquals(2, cursor.valueOffset());
        assertEquals(2, cursor.valueLength());
        assertTrue(cursor.next());
        assertEquals(TcpOptionKind.WINDOW_SCALE, cursor.kind());
        assertEquals(7, cursor.valueOffset());
        assertTrue(cursor.next());
        assertEquals(TcpOptionKind.SACK_PERMITTED, cursor.kind());
        assertEquals(0, cursor.valueLength());
        assertTrue(cursor.next());
        assertEquals(TcpOptionKind.TIMESTAMPS, cursor.kind());
        assertEquals(8, cursor.valueLength());
        assertFalse(cursor.next());
        assertFalse(cursor.malformed());
    }

    @Test
    @Rfc(number = 9293, id = "MUST-4", section = "3.1")
    void nothingBehindEndOfListIsLookedAt() {
        assertFalse(options("01 00 020405b4").next());
        assertFalse(cursor.next());
        assertFalse(cursor.malformed());
    }

    @Test
    void noOptionsEndAtOnce() {
        assertFalse(options("").next());
        assertFalse(cursor.malformed());
    }

    @Test
    @Rfc(number = 9293, id = "MUST-6", section = "3.1")
    void anUnknownKindIsHandedOutWithItsLength() { // RFC 9293 MUST-6
        options("fd 06 00000000 020405b4");

        assertTrue(cursor.next());
        assertEquals(0xfd, cursor.kind());
        assertTrue(cursor.next());
        assertEquals(TcpOptionKind.MSS, cursor.kind());
    }

    @Test
    @Rfc(number = 9293, id = "MUST-7", section = "3.1")
    @Rfc(number = 9293, id = "MUST-68", section = "3.1")
    void anIllegalLengthEndsTheWalk() { // RFC 9293 MUST-7, MUST-64
        for (final String illegal : new String[] {"0200", "0201", "0205 01", "02", "08ff 00000000", "0208 05b4 0101"}) {
            options("030307" + illegal);
            assertTrue(cursor.next(), illegal);
            assertEquals(TcpOptionKind.WINDOW_SCALE, cursor.kind());
            assertFalse(cursor.next(), illegal);
            assertFalse(cursor.next(), illegal);
            assertTrue(cursor.malformed(), illegal);
        }
    }

    @Test
    void wrappingAgainForgetsTheMalformedOnes() {
        options("0200").next();
        options("020405b4").next();

        assertFalse(cursor.malformed());
        assertEquals(TcpOptionKind.MSS, cursor.kind());
    }

    @Test
    void randomBytesNeverLeadOutOfTheHeader() {
        final Random random = new Random(64);
        final byte[] bytes = new byte[40];
        for (int i = 0; i < 100_000; i++) {
            random.nextBytes(bytes);
            bytes[random.nextInt(40)] = (byte) random.nextInt(4);
            final int length = random.nextInt(41);
            cursor.wrap(new UnsafeBuffer(bytes, 0, length), 0, length);
            int walked = 0;
            while (cursor.next()) {
                assertTrue(cursor.valueOffset() + cursor.valueLength() <= length);
                walked++;
            }
            assertTrue(walked <= 20);
        }
    }
}
