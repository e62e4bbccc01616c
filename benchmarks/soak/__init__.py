"""Calls of hours, and many calls under random kills: does anything grow, get lost, or stay?"""
