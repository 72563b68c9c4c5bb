package dev.culvert.endpoint.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.endpoint.ExitCode;
import dev.culvert.endpoint.launch.FakeMachine.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script, on a machine whose Maven and JDK are fakes: when it builds, what it says, what it becomes. */
@Timeout(60)
class LauncherTest {
    @TempDir
    private Path folder;

    private FakeMachine machine;

    @BeforeEach
    void aMachineWithJdkMavenAndCompiler() throws IOException, InterruptedException {
        machine = new FakeMachine(folder);
    }

    @Test
    void firstLaunchBuildsInOneLineOnStandardErrorThenRunsTheProgram() throws IOException, InterruptedException {
        final Outcome launch = machine.culvert("serve", "--", "sh", "-c", "two words");

        assertEquals("culvert: building (first run downloads libraries) ...\n", launch.err());
        assertTrue(
                launch.out()
                        .endsWith("-jar\n" + machine.tree + "/.culvert/culvert.jar\nserve\n--\nsh\n-c\ntwo words\n"),
                launch::out);
        assertEquals(1, machine.mavenCalls().size());
        assertTrue(machine.mavenCalls().get(0).contains("-pl endpoint -am package"), machine.mavenCalls()::toString);
    }

    @Test
    void whenNothingChangedMavenIsNotStartedAndNothingIsSaid() throws IOException, InterruptedException {
        machine.culvert("serve");

        assertEquals("", machine.culvert("serve").err());
        assertEquals(1, machine.mavenCalls().size());
    }

    @Test
    void changedSourceDeletedSourceAndChangedPomEachBuildAgain() throws IOException, InterruptedException {
        machine.culvert("serve");

        Files.writeString(machine.source("endpoint"), "class Main { int changed; }");
        assertEquals(
                "culvert: building what changed ...\n", machine.culvert("serve").err());

        Files.delete(machine.source("endpoint"));
        machine.culvert("serve");
        assertEquals(3, machine.mavenCalls().size());

        Files.writeString(machine.tree.resolve("endpoint/pom.xml"), "<project><name/></project>");
        machine.culvert("serve");
        assertEquals(4, machine.mavenCalls().size());
    }

    @Test
    void benchmarksAreBuiltOnlyWhenAskedFor() throws IOException, InterruptedException {
        machine.culvert("serve");
        Files.writeString(machine.source("bench"), "class Main { int changed; }");
        assertEquals("", machine.culvert("serve").err());

        final Outcome bench = machine.culvert("bench", "--list");

        assertTrue(bench.out().endsWith("/.culvert/culvert-bench.jar\n--list\n"), bench::out);
        assertTrue(machine.mavenCalls().get(1).contains("-pl bench -am package"), machine.mavenCalls()::toString);
    }

    @Test
    void theLauncherBecomesTheJvmAndItsExitCodeIsTheCommands() throws IOException, InterruptedException {
        machine.set("FAKE_EXIT", "42");

        final Outcome launch = machine.culvert("serve");

        assertEquals(42, launch.exit());
        assertTrue(launch.out().startsWith(launch.pid() + "\n"), launch::out);
    }

    @Test
    void worksThroughASymbolicLinkFromElsewhere() throws IOException, InterruptedException {
        final Path link = folder.resolve("link to it");
        Files.createSymbolicLink(link, machine.tree.resolve("culvert"));

        final Outcome launch = machine.run(List.of(link.toString(), "doctor"));

        assertTrue(launch.out().endsWith(machine.tree + "/.culvert/culvert.jar\ndoctor\n"), launch::out);
    }

    @Test
    void jvmOptionsFollowTheJdkAndTheUser() throws IOException, InterruptedException {
        machine.set("CULVERT_JAVA_OPTS", "-Xmx1g -XX:+UseZGC");
        final String on17 = machine.culvert("serve").out();
        assertTrue(on17.contains("\n-Xmx1g\n-XX:+UseZGC\n-jar\n"), on17);
        assertFalse(on17.contains("UseSerialGC") || on17.contains("sun-misc-unsafe"), on17);

        machine.installJdk("25.0.1");
        machine.set("CULVERT_JAVA_OPTS", null);
        final String on25 = machine.culvert("serve").out();
        assertTrue(on25.contains("-XX:+UseSerialGC\n--sun-misc-unsafe-memory-access=allow\n-jar\n"), on25);
    }

    @Test
    void aClassArchiveIsMadeOnceForABuildAndAJdk() throws IOException, InterruptedException {
        machine.letJavaArchive();
        final String archived =
                "\n-XX:SharedArchiveFile=" + machine.tree + "/.culvert/culvert-17.jsa\n-Xlog:cds*=off\n-jar\n";
        assertTrue(machine.culvert("serve").out().contains(archived));
        assertTrue(machine.culvert("doctor").out().contains(archived));
        assertEquals(1, machine.archivesMade());

        machine.installJdk("25.0.1");
        machine.letJavaArchive();
        assertTrue(machine.culvert("serve").out().contains("/.culvert/culvert-25.jsa\n"));
        assertEquals(2, machine.archivesMade());

        Files.writeString(machine.source("endpoint"), "class Main { int changed; }");
        machine.culvert("serve");
        assertEquals(3, machine.archivesMade());
        assertFalse(machine.culvert("bench", "--list").out().contains("SharedArchiveFile"));
    }

    @Test
    void aJvmThatMakesNoArchiveIsAskedOnceAndStartsWithout() throws IOException, InterruptedException {
        final String out = machine.culvert("serve").out();
        assertFalse(out.contains("SharedArchiveFile"), out);
        assertTrue(Files.exists(machine.tree.resolve(".culvert/archive-17.log")));
    }

    @Test
    void withoutJavacItNamesTheLineThatInstallsIt() throws IOException, InterruptedException {
        Files.delete(machine.jdk.resolve("bin/javac"));

        final Outcome launch = machine.culvert("--no-install", "serve");

        assertEquals(ExitCode.ENVIRONMENT, launch.exit());
        assertEquals("", launch.out());
        assertEquals(1, launch.err().lines().count(), launch::err);
        assertTrue(launch.err().contains("apt-get install -y --no-install-recommends"), launch::err);
        assertTrue(launch.err().contains("jdk-headless"), launch::err);
        assertFalse(launch.err().contains("maven"), launch::err);
    }

    @Test
    void aFinishedBuildRunsWithoutJavacAndMaven() throws IOException, InterruptedException {
        machine.culvert("serve");
        Files.delete(machine.jdk.resolve("bin/javac"));
        machine.uninstall("mvn");

        final Outcome launch = machine.culvert("serve");

        assertEquals(ExitCode.OK, launch.exit());
        assertEquals("", launch.err());
    }

    @Test
    void rootOnDebianInstallsWhatIsMissingUnlessForbidden() throws IOException, InterruptedException {
        final Path calls = folder.resolve("apt-calls");
        machine.uninstall("id");
        machine.install("id", "echo 0");
        machine.install("apt-cache", "exit 0");
        machine.install("apt-get", "echo noise; echo \"$*\" >>'" + calls + "'");
        machine.uninstall("mvn");

        assertEquals(
                ExitCode.ENVIRONMENT, machine.culvert("--no-install", "serve").exit());
        assertFalse(Files.exists(calls));

        final Outcome launch = machine.culvert("serve");
        assertEquals(
                List.of("update", "install -y --no-install-recommends maven"),
                Files.readAllLines(calls),
                "the fake installs nothing, so the launch itself fails: " + launch.err());
        assertTrue(launch.err().startsWith("culvert: installing maven with apt-get"), launch::err);
        assertEquals("", launch.out());
    }

    @Test
    void aMissingCompilerIsMentionedOnceAndItsArrivalBuildsAgain() throws IOException, InterruptedException {
        machine.uninstall("gcc");
        assertTrue(machine.culvert("serve").err().contains("no C compiler"));
        Files.writeString(machine.source("endpoint"), "class Main { int changed; }");
        assertFalse(machine.culvert("serve").err().contains("no C compiler"));

        machine.install("gcc", "exit 0");
        machine.culvert("serve");
        machine.culvert("serve");

        assertEquals(3, machine.mavenCalls().size());
    }

    @Test
    void tooOldAJdkIsRefused() throws IOException, InterruptedException {
        machine.installJdk("11.0.2");

        final Outcome launch = machine.culvert("serve");

        assertEquals(ExitCode.ENVIRONMENT, launch.exit());
        assertTrue(launch.err().contains("17 or newer"), launch::err);
    }

    @Test
    void aFailedBuildShowsTheErrorsNamesTheLogAndRunsNothing() throws IOException, InterruptedException {
        machine.culvert("serve");
        Files.writeString(machine.source("endpoint"), "class Main { broken }");
        machine.breakMaven();

        final Outcome launch = machine.culvert("serve");

        assertEquals(ExitCode.FAILURE, launch.exit());
        assertEquals("", launch.out());
        assertTrue(launch.err().contains("cannot find symbol"), launch::err);
        assertTrue(launch.err().contains(machine.tree + "/.culvert/build.log"), launch::err);
        assertFalse(launch.err().contains("noise"), launch::err);
    }

    @Test
    void twoLaunchesAtOnceBuildOnce() throws IOException, InterruptedException {
        final Path gate = machine.holdMaven();
        final Process first = machine.start("serve");
        try (BufferedReader firstSays = first.errorReader()) {
            assertTrue(firstSays.readLine().contains("building"));
            final Process second = machine.start("serve");
            try (BufferedReader secondSays = second.errorReader()) {
                assertEquals("culvert: waiting for another build of this tree ...", secondSays.readLine());
                Files.writeString(gate, "go\n");

                assertEquals(ExitCode.OK, first.waitFor());
                assertEquals(ExitCode.OK, second.waitFor());
                assertEquals(1, machine.mavenCalls().size());
            }
        }
    }

    @Test
    void aStrangerRunsAFinishedBuildButIsToldWhyHeCannotMakeOne() throws IOException, InterruptedException {
        machine.culvert("serve");
        assertEquals(ExitCode.OK, asStranger("serve").exit());

        Files.writeString(machine.source("endpoint"), "class Main { int changed; }");
        final Outcome launch = asStranger("serve");

        assertEquals(ExitCode.ENVIRONMENT, launch.exit());
        assertTrue(launch.err().contains("not writable"), launch::err);
    }

    /** Somebody who may read the tree but not write it: for root that needs another user. */
    private Outcome asStranger(final String... args) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>();
        if (Files.getAttribute(folder, "unix:uid").equals(0)) {
            command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        } else {
            Files.setPosixFilePermissions(
                    machine.tree.resolve(".culvert"), PosixFilePermissions.fromString("r-xr-xr-x"));
        }
        command.add(machine.tree.resolve("culvert").toString());
        command.addAll(List.of(args));
        try {
            return machine.run(command);
        } finally {
            Files.setPosixFilePermissions(
                    machine.tree.resolve(".culvert"), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }
}
