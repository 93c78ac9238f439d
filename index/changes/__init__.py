"""What a sync will change, and how it is carried out: plan, apply, report."""
