package dev.culvert.tun.netns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ordinary users: that they can start it, and what they are told when they cannot. */
class StartFailureTest {
    @TempDir
    private Path directory;

    private TestJvm.Outcome asUser(final String nodeMode, final String... command)
            throws IOException, InterruptedException {
        final String classPath = Unprivileged.readableClassPath(directory);
        return TestJvm.run(Unprivileged.command(nodeMode, TestJvm.command(classPath, NetworkMain.class, command)));
    }

    /** Everything in front of the program runs in one shell as the root of a user namespace. */
    private static TestJvm.Outcome after(final String preparation, final String... command)
            throws IOException, InterruptedException {
        final List<String> words = new ArrayList<>(List.of(
                "unshare", "--user", "--map-root-user", "--mount", "sh", "-c", preparation + " exec \"$@\"", "sh"));
        words.addAll(TestJvm.command(NetworkMain.class, command));
        return TestJvm.run(words);
    }

    private static void assertOneLine(final String text) {
        assertEquals(1, text.lines().count(), text);
        assertFalse(text.contains("Exception"), text);
    }

    @Test
    void anOrdinaryUserNeedsNoRoot() throws Exception {
        final TestJvm.Outcome outcome = asUser(
                "0666", "sh", "-c", "ping -q -c 1 10.83.0.2; ping -q -c 1 fd83::2; ping -q -c 1 127.0.0.1; exit 9");

        assertEquals(9, outcome.exitCode(), outcome.output());
        assertEquals(4, outcome.output().split("1 received", -1).length, outcome.output());
    }

    @Test
    void aDeviceNodeForRootAloneIsExplained() throws Exception {
        assertTrue(Unprivileged.testRunsAsRoot(), "only root can make such a device node; run the tests as root");
        final TestJvm.Outcome outcome = asUser("0600", "true");

        assertEquals(3, outcome.exitCode(), outcome.output());
        assertOneLine(outcome.output());
        assertTrue(outcome.output().contains("Permission denied"), outcome.output());
        assertTrue(outcome.output().endsWith("as root: chmod 0666 /dev/net/tun\n"), outcome.output());
    }

    @Test
    void aMissingDeviceNodeIsExplained() throws Exception {
        final TestJvm.Outcome outcome = after("mount -t tmpfs tmpfs /dev/net;", "true");

        assertEquals(3, outcome.exitCode(), outcome.output());
        assertOneLine(outcome.output());
        assertTrue(outcome.output().contains("No such file"), outcome.output());
        assertTrue(outcome.output().contains("as root: modprobe tun"), outcome.output());
    }

    @Test
    void aHostWithoutUserNamespacesIsExplained() throws Exception {
        final TestJvm.Outcome outcome = after("echo 0 >/proc/sys/user/max_user_namespaces;", "true");

        assertEquals(3, outcome.exitCode(), outcome.output());
        assertOneLine(outcome.output());
        assertTrue(outcome.output().contains("No space left on device"), outcome.output());
        assertTrue(outcome.output().endsWith("as root: sysctl -w user.max_user_namespaces=10000\n"), outcome.output());
    }

    @Test
    void missingToolsAreExplained() throws Exception {
        final TestJvm.Outcome outcome = after("PATH=/nowhere;", "true");

        assertEquals(3, outcome.exitCode(), outcome.output());
        assertOneLine(outcome.output());
        assertTrue(outcome.output().endsWith("as root: apt-get install util-linux\n"), outcome.output());
    }
}
