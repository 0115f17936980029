//! Nothing is here: the programs are under `tests/`.
