"""Human judgement: a blind listening survey, and what its answers say.

    stimuli (manifest) ─ make_survey ─► a folder of static files, and a key that stays at home
        answers (CSV) + key ─ read_answers ─ evaluate ─► Results ─► table, CSV, HTML

A listener hears one piece after the other in an order of their own, names the emotion heard and
rates the quality before the picture is shown, then how well the music fits the picture.  Nothing in
the folder tells who composed what.
"""
