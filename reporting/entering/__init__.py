"""What people bring to a form: figures no system holds, questions, answers, explanations."""
