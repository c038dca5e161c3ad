namespace Headroom;

/// <summary>A loan in the books of its lender.</summary>
internal sealed class LoanRow(long number, LendCommand command)
{
    public long Number { get; } = number;

    public LendCommand Command { get; } = command;

    public LoanStep Step { get; set; }

    /// <summary>The mark message that first counted it; 0 before any.</summary>
    public long AskedWith { get; set; }

    /// <summary>Whether it ended while its memory was being made: it ends when that is done.</summary>
    public bool IsOver { get; set; }

    /// <summary>When it lapses without renewal.</summary>
    public TimeSpan Until { get; set; }
}
