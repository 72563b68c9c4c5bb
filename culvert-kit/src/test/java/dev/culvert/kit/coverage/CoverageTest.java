package dev.culvert.kit.coverage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the check of the coverage table complains about. */
class CoverageTest {
    private static final Catalogue CATALOGUE = Catalogue.parse(List.of(
            "# comment",
            "= 9293 | TCP",
            "MUST-1 | 3.1 | window",
            "MAY-1 | 3.6 | close",
            "= 2018 2883 | SACK",
            "1 | 2 | x"));

    private static Proof proof(final int rfc, final String id) {
        return new Proof(rfc, id, "", "SomeTest.test" + rfc + id, "module/src/test/java/SomeTest.java");
    }

    private static List<String> problems(final List<Proof> proofs, final String decisions, final String planned) {
        return new Coverage(
                        CATALOGUE,
                        proofs,
                        Answer.parse(decisions.lines().toList()),
                        Answer.parse(planned.lines().toList()))
                .problems();
    }

    @Test
    void anAnswerForEachIsEnough() {
        assertEquals(List.of(), problems(List.of(proof(9293, "MUST-1"), proof(2883, "1")), "9293 MAY-1 | no", ""));
        assertEquals(List.of(), problems(List.of(), "9293 MUST-1 MAY-1 | refused", "2018 * | later"));
    }

    @Test
    void aRequirementWithoutAnswerIsNamed() {
        final List<String> problems = problems(List.of(proof(2018, "1")), "9293 MAY-1 | no", "");
        assertEquals(List.of("RFC 9293 MUST-1 (window) has neither test nor decision"), problems);
        assertEquals(3, problems(List.of(), "", "").size());
    }

    @Test
    void aProofOfWhatNobodyAskedForIsNamed() {
        final List<Proof> proofs = List.of(proof(9293, "MUST-1"), proof(9293, "MUST-70"), proof(2018, "1"));
        final List<String> problems = problems(proofs, "9293 MAY-1 | no", "");
        assertEquals(1, problems.size());
        assertTrue(problems.get(0).contains("MUST-70"), problems.get(0));
    }

    @Test
    void aPlanThatHasBeenCarriedOutMustGo() {
        final List<Proof> proofs = List.of(proof(9293, "MUST-1"), proof(2018, "1"));
        assertEquals(1, problems(proofs, "9293 MAY-1 | no", "2018 1 | later").size());
    }

    @Test
    void aDecisionAboutNothingIsNamed() {
        final List<Proof> proofs = List.of(proof(9293, "MUST-1"), proof(2018, "1"));
        assertEquals(1, problems(proofs, "9293 MAY-1 MAY-99 | no", "").size());
    }

    @Test
    void manyScriptsOfOneFolderAreOneEntry() {
        final List<String> names = new ArrayList<>(List.of("CloseTest.a", "CloseTest.b", "close/a.pkt", "close/b.pkt"));
        for (int i = 0; i < 12; i++) {
            names.add("matrix/established/" + i + ".pkt");
        }

        assertEquals("CloseTest.a, CloseTest.b, close/a.pkt, close/b.pkt, matrix/ (12 scripts)", TestNames.list(names));
    }

    @Test
    void headsOfScriptsNameSectionsAndRequirements() {
        final List<Proof> proofs = ScriptHeaders.parse(
                "close/x.pkt",
                "close/x.pkt",
                List.of("// RFC: 9293 3.6 MUST-13 SHLD-3, 7323 5.3 9", "// RFC: 5961 4.2"));
        assertEquals(
                List.of("9293/3.6/MUST-13", "9293/3.6/SHLD-3", "7323/5.3/9", "5961/4.2/"),
                proofs.stream()
                        .map(p -> p.rfc() + "/" + p.section() + "/" + p.id())
                        .toList());
    }

    @Test
    void headsOfScriptsMayNameRangesFiguresAndFurtherSections() {
        final List<Proof> proofs = ScriptHeaders.parse(
                "x.pkt",
                "x.pkt",
                List.of("// RFC: 9293 3.6 fig 13; 9293 3.8.6.1 MUST-35..36 SHLD-29/30, 6298 5.4 5.5"));
        assertEquals(
                List.of("3.6/", "3.8.6.1/MUST-35", "3.8.6.1/MUST-36", "3.8.6.1/SHLD-29", "3.8.6.1/SHLD-30", "5.4/"),
                proofs.stream().map(p -> p.section() + "/" + p.id()).toList());
    }
}
