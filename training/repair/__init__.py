"""A recurrent smoother of dropouts and noise, held against interpolation and a Wiener gate."""
