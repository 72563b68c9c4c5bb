package dev.culvert.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The shim as the build has made it; the machine that runs the tests needs a C compiler. */
class NativeShimTest {
    private static final int EFD_SEMAPHORE = 1;
    private static final int PACKETS = 32;
    private static final int ROOM = 128;

    private final Memory memory = new Memory(1024);

    @AfterEach
    void switchOn() {
        System.clearProperty(NativeShim.SWITCH);
    }

    private static NativeShim shim() {
        return NativeShim.load().orElseThrow(() -> new AssertionError("shim " + NativeShim.status()));
    }

    /** Describes memory of {@code size} bytes for packets of at most {@code largest} each, aligned to 64. */
    private void describe(final int size, final int largest) {
        memory.bytes.putLong(0, memory.address + ROOM).putLong(8, size).putLong(16, largest);
        memory.bytes.putLong(24, 64);
    }

    private void assertPacket(final int index, final int offset, final int length) {
        assertEquals(offset, memory.bytes.getInt(PACKETS + 8 * index));
        assertEquals(length, memory.bytes.getInt(PACKETS + 8 * index + 4));
    }

    @Test
    void isLoadedAndHasTheRightAbi() {
        assertTrue(NativeShim.load().isPresent(), NativeShim.status());
        assertEquals("loaded, ABI 2", NativeShim.status());
    }

    @Test
    void aBatchEndsAtItsLimitOrWhenNothingIsLeft() {
        final int fd = LibC.eventfd(5, LibC.O_NONBLOCK | EFD_SEMAPHORE); // five packets of eight bytes
        describe(512, 64);

        assertEquals(3, shim().readBatch(fd, memory.address, 3));
        for (int i = 0; i < 3; i++) {
            assertPacket(i, 64 * i, 8);
            assertEquals(1, memory.bytes.getLong(ROOM + 64 * i));
        }
        assertPacket(3, 0, 0); // nothing beyond the batch
        assertEquals(2, shim().readBatch(fd, memory.address, 8));
        assertEquals(0, shim().readBatch(fd, memory.address, 8));
        assertEquals(0, shim().readBatch(fd, memory.address, 0));
        LibC.close(fd);
    }

    @Test
    void packetsLieOneBehindTheOtherAsLongAsALargestOneFindsRoom() {
        final int fd = LibC.open("/dev/zero", 0);
        describe(400, 100);

        assertEquals(3, shim().readBatch(fd, memory.address, 8));
        assertPacket(0, 0, 100);
        assertPacket(1, 128, 100);
        assertPacket(2, 256, 100);
        LibC.close(fd);
    }

    @Test
    void anErrorOfTheFirstReadIsReturned() {
        describe(64, 64);

        assertEquals(-9, shim().readBatch(-1, memory.address, 8));
        assertEquals(-9, shim().write(-1, memory.address, 1));
        assertEquals(-9, shim().writeVec(-1, memory.address, 1));
    }

    @Test
    void aVectorIsWrittenAsOne() {
        final int fd = LibC.eventfd(0, LibC.O_NONBLOCK);
        memory.bytes.putLong(0, 7).putLong(16, memory.address).putLong(24, 8);

        assertEquals(8, shim().writeVec(fd, memory.address + 16, 1));
        assertEquals(8, LibC.read(fd, memory.address, 8));
        assertEquals(7, memory.bytes.getLong(0));
        LibC.close(fd);
    }

    @Test
    void theHelperIsAProgramOfThisUserAlone() throws IOException {
        final Path helper = NativeShim.extractHelper().orElseThrow();

        assertTrue(Files.isExecutable(helper));
        assertEquals("[OWNER_READ, OWNER_WRITE, OWNER_EXECUTE]", sorted(helper));
        Files.delete(helper);
    }

    private static String sorted(final Path file) throws IOException {
        return Files.getPosixFilePermissions(file).stream().sorted().toList().toString();
    }

    @Test
    void theHelperRefusesToHoldTheNamespaceItCameFrom() throws Exception {
        final Path helper = NativeShim.extractHelper().orElseThrow();
        final String ours = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        final Process process = new ProcessBuilder(helper.toString(), ours).start();

        assertEquals(
                "error: this is not a namespace of its own",
                process.inputReader().readLine());
        assertEquals(1, process.waitFor());
        Files.delete(helper);
    }

    @Test
    void canBeSwitchedOff() {
        System.setProperty(NativeShim.SWITCH, "off");

        assertTrue(NativeShim.load().isEmpty());
        assertTrue(NativeShim.extractHelper().isEmpty());
        assertEquals("switched off by -Dculvert.shim=off", NativeShim.status());
    }

    @Test
    void leavesNoFileBehind() throws IOException {
        shim();

        assertTrue(Files.readString(Path.of("/proc/self/maps")).contains("libculvert.so (deleted)"));
    }
}
