package dev.culvert.endpoint.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.endpoint.ExitCode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code doctor} and {@code serve} say of a machine. */
@Tag("e2e")
class DoctorTest {
    @BeforeAll
    static void needsTools() {
        Tools.check();
    }

    @ParameterizedTest
    @EnumSource
    void whereCulvertCanStartNothingFails(final Somebody owner) throws Exception {
        final Outcome doctor = Program.run(Home.of(owner).culvert("doctor"));

        assertFalse(doctor.succeeds().out().contains("FAIL"), doctor::toString);
        assertTrue(doctor.out().endsWith("Culvert can start here.\n"), doctor::toString);
    }

    @Test
    void aNodeForRootAloneIsFoundAndTheFixNamed() throws Exception {
        final Outcome doctor = Program.run(Home.of(Somebody.STRANGER).culvertWithoutTun("doctor"));

        assertEquals(ExitCode.ENVIRONMENT, doctor.exit(), doctor::toString);
        final var failures =
                doctor.out().lines().filter(line -> line.startsWith("FAIL")).toList();
        assertEquals(1, failures.size(), doctor::toString);
        assertTrue(failures.get(0).contains("chmod 0666 /dev/net/tun"), doctor::toString);
        assertEquals("", doctor.err(), doctor::toString);
    }

    @Test
    void serveSaysTheSame() throws Exception {
        final Outcome serve =
                Program.run(Home.of(Somebody.STRANGER).culvertWithoutTun("serve", "--", "echo", "started"));

        assertEquals(ExitCode.ENVIRONMENT, serve.exit(), serve::toString);
        assertEquals("", serve.out(), serve::toString);
        assertTrue(serve.err().contains("chmod 0666 /dev/net/tun"), serve::toString);
        assertEquals(1, serve.err().lines().count(), serve::toString);
    }
}
