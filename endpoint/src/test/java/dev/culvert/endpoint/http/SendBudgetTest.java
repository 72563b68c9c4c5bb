package dev.culvert.endpoint.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SendBudgetTest {
    private static final int MOST = 4 << 20;
    private static final long TOTAL = 64 << 20;

    private final SendBudget budget = new SendBudget(TOTAL);

    @Test
    void oneConnectionGetsAllThatItCanUse() {
        assertEquals(MOST, budget.allowance(MOST));
    }

    @Test
    void thousandsOfSlowOnesStayBelowTheTotalAndTheLeastOfEach() {
        final int connections = 5_000;
        for (int i = 0; i < connections; i++) {
            budget.account(budget.allowance(MOST));
        }
        assertTrue(budget.heldBytes() <= TOTAL + (long) connections * SendBudget.LEAST);
        assertEquals(SendBudget.LEAST, budget.allowance(MOST));
    }

    @Test
    void whatIsGivenBackIsSharedAgain() {
        budget.account(TOTAL);
        assertEquals(SendBudget.LEAST, budget.allowance(MOST));
        budget.account(-TOTAL);
        assertEquals(MOST, budget.allowance(MOST));
    }
}
