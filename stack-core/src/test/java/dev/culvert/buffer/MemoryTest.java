package dev.culvert.buffer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

class MemoryTest {
    @Test
    void blocksEndAtTheLimitAndComeBack() {
        final Memory memory = new Memory(4_096);
        final long block = memory.allocate(4_000);
        assertNotEquals(0, block);
        assertEquals(0, memory.allocate(97));
        assertEquals(4_000, memory.inUseBytes());
        memory.free(block, 4_000);
        assertEquals(0, memory.inUseBytes());
    }

    @Test
    void whatTheMachineDoesNotHaveIsRefusedAsWell() {
        final Memory memory = new Memory(Long.MAX_VALUE);
        assertEquals(0, memory.allocate(1L << 60));
        assertEquals(0, memory.inUseBytes());
        assertNotEquals(0, memory.allocate(64));
        memory.freeAll();
    }
}
