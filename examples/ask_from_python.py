"""Ask one question from Python, and look at what an answer holds."""

from rag import query


def main() -> None:
    """Without an index of your own, the bundled demo corpus answers; ``index="FOLDER"`` asks another one."""
    answer = query("What is the Community Alignment dataset?")
    print(answer.outcome)
    for sentence in answer.sentences:
        print(sentence.text, sentence.markers)
    for citation in answer.citations:
        print(f"[{citation.marker}] {citation.title}, characters {citation.start} to {citation.end}")

    for question in ("What is the learning rate of AlignScore?", "Who won the Wimbledon final?"):
        refused = query(question)  # an abstention says why; "closest" shows what comes nearest beneath it
        print(refused.outcome, "-", refused.reason)


if __name__ == "__main__":
    main()
