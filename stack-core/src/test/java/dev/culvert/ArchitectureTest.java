package dev.culvert;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The walls of stack-core: no clock, no thread, no socket, no file, no randomness; packages look only downwards. */
@AnalyzeClasses(packages = "dev.culvert", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    /** One line per row, bottom up. Packages of one row may use each other as long as there is no cycle. */
    private static final String[][] ROWS = {
        {"dev.culvert.seq", "dev.culvert.counters", "dev.culvert.env"},
        {"dev.culvert.wire"},
        {"dev.culvert.buffer", "dev.culvert.timer"},
        {"dev.culvert.tcp.congestion", "dev.culvert.tcp.loss", "dev.culvert.tcp.option"},
        {
            "dev.culvert.tcp",
            "dev.culvert.tcp.fastopen",
            "dev.culvert.tcp.halfopen",
            "dev.culvert.tcp.syncookie",
            "dev.culvert.tcp.timewait"
        },
        {"dev.culvert.tcp.out"},
        {"dev.culvert.tcp.in", "dev.culvert.tcp.call", "dev.culvert.tcp.timeout"},
        {"dev.culvert.ip"},
        {"dev.culvert.shard"},
    };

    @ArchTest
    static final ArchRule SANS_IO = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.net..", "java.nio.channels..", "java.nio.file..", "java.io..", "jnr..", "io.netty..");

    @ArchTest
    static final ArchRule NO_HIDDEN_TIME_OR_CHANCE = noClasses()
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .haveNameMatching("java\\.util\\.(Random|SplittableRandom|UUID|Timer|TimerTask|Date|Calendar)"
                    + "|java\\.util\\.random\\..*|java\\.security\\..*|java\\.time\\..*"
                    + "|org\\.agrona\\.concurrent\\..*Clock");

    @ArchTest
    static final ArchRule NO_THREADS = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.lang\\.Thread(Local)?|java\\.util\\.concurrent\\..*"
                    + "|org\\.agrona\\.concurrent\\.(.*IdleStrategy|Agent.*)");

    /** The stack depends on Agrona and nothing else. */
    @ArchTest
    static final ArchRule AGRONA_ONLY = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.culvert..", "org.agrona..", "java.lang..", "java.util..", "java.nio");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("dev.culvert.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule EVERY_PACKAGE_HAS_A_ROW = classes()
            .should()
            .resideInAnyPackage(Arrays.stream(ROWS).flatMap(Arrays::stream).toArray(String[]::new));

    @ArchTest
    static final ArchRule ROWS_LOOK_DOWN = rowsLookDown();

    private static LayeredArchitecture rowsLookDown() {
        LayeredArchitecture rows =
                layeredArchitecture().consideringOnlyDependenciesInLayers().withOptionalLayers(true);
        for (int row = 0; row < ROWS.length; row++) {
            rows = rows.layer(name(row)).definedBy(ROWS[row]);
        }
        for (int row = 0; row < ROWS.length; row++) {
            final String[] below =
                    IntStream.range(0, row).mapToObj(ArchitectureTest::name).toArray(String[]::new);
            rows = row == 0
                    ? rows.whereLayer(name(row)).mayNotAccessAnyLayer()
                    : rows.whereLayer(name(row)).mayOnlyAccessLayers(below);
        }
        return rows;
    }

    private static String name(final int row) {
        return "row " + row;
    }
}
