"""Rows and mentions in, entity ids out: deterministic, explained, and never destructive.

`match` links company tables, `places`, `enterprises` and `clusters` resolve mentions, `judgements` keeps what people
decided. All words of the domain come from the folder of the lexicon.
"""
