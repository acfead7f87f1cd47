"""Credit restrictions of one subject (信用限制): imposed, lapsed, lifted."""
