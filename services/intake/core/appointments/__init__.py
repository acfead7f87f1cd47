"""Appointments and the queue of one organisation on one day (预约、取号、叫号)."""
