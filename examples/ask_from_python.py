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

    refused = query("What is the learning rate of AlignScore?")
    print(refused.outcome, "-", refused.reason)


if __name__ == "__main__":
    main()
