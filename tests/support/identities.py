"""Identity numbers that are right and belong to nobody: of persons born before 1905, and of
bodies of a division that does not exist."""

from __future__ import annotations

from services.runtime.simulation.identities import credit_code, resident_number

RESIDENT = resident_number(1)
OTHER_RESIDENT = resident_number(2)
COMPANY = credit_code(1)
