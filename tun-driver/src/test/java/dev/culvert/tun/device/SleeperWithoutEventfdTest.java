package dev.culvert.tun.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.culvert.shim.LibC;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** The same on a kernel that has no eventfd(2). */
class SleeperWithoutEventfdTest extends SleeperTest {
    @Override
    IntUnaryOperator eventfd() {
        return flags -> -LibC.ENOSYS;
    }

    @Test
    void saysWhy() {
        final Sleeper piped = new Sleeper(-1, eventfd());
        final Sleeper usual = new Sleeper(-1);

        assertEquals(Optional.of("Function not implemented"), piped.eventfdRefusal());
        assertEquals(Optional.empty(), usual.eventfdRefusal());
        piped.close();
        usual.close();
    }

    @Test
    void leavesNoDescriptorBehind() throws IOException {
        final Set<String> before = pipes();
        final Sleeper piped = new Sleeper(-1, eventfd());
        final Set<String> made = pipes();
        made.removeAll(before);
        assertEquals(1, made.size(), made::toString);

        piped.close();
        assertFalse(pipes().containsAll(made), made::toString);
    }

    /** Of this process; two descriptors are one pipe. */
    private static Set<String> pipes() throws IOException {
        final Set<String> pipes = new HashSet<>();
        for (final String descriptor : new File("/proc/self/fd").list()) {
            try {
                final String file = Files.readSymbolicLink(Path.of("/proc/self/fd", descriptor))
                        .toString();
                if (file.startsWith("pipe:")) {
                    pipes.add(file);
                }
            } catch (final NoSuchFileException closed) {
                // the one that read the directory: it was no pipe
            }
        }
        return pipes;
    }
}
