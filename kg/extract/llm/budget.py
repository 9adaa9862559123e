"""What reading with a model may cost: requests and tokens, of one article and of a whole run."""

from kg.model import ModelRules


class BudgetReachedError(Exception):
    """A request would go over a limit; it says which one. It never leaves the package."""


class Budget:
    """Counts what was spent; a request is made only if all that it can cost is left."""

    def __init__(self, rules: ModelRules) -> None:
        self._rules = rules
        self.requests = self.tokens = self._article = 0

    def begin_article(self) -> None:
        """From here on the limit for one article counts anew."""
        self._article = 0

    def reserve(self, prompt: int) -> None:
        """BudgetReachedError where a request with so many tokens, and the longest answer, would go over a limit."""
        rules, most = self._rules, prompt + self._rules.max_reply_tokens
        for limit, spent, allowed in (
            ("max_requests", self.requests + 1, rules.max_requests),
            ("max_tokens", self.tokens + most, rules.max_tokens),
            ("max_article_tokens", self._article + most, rules.max_article_tokens),
        ):
            if spent > allowed:
                raise BudgetReachedError(f"the limit {limit} = {allowed} is reached")
        self.requests += 1

    def spend(self, tokens: int) -> None:
        """Counts the tokens of a request that was made."""
        self.tokens += tokens
        self._article += tokens
