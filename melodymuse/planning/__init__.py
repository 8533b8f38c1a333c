"""From a feeling to a plan: controls, form, harmony, and what each bar shall be."""
