"""Reading with a language model, beside the rules: optional, off by default, and never believed without its quote.

An article goes to the server in overlapping windows (`windows`), the answer must have a schema (`prompt`, `replies`),
cost, waiting and retries are bounded (`budget`, `client`), and a claim whose quote is not in the text is rejected
(`verify`). What is left has the shape of a reading by rules (`kg.extract.reading`), so both can be joined or compared
(`compare`). The server is any that speaks OpenAI's chat completions; the words of the request are in the lexicon.
"""
