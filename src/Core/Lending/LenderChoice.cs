namespace Headroom;

/// <summary>In what order lenders are asked.</summary>
public static class LenderChoice
{
    /// <summary>
    /// Those that seem to have room first: of two taken at random the one with more free, again and again, so that many
    /// who ask at once do not all ask the same one, as they would if all asked the best. Then the others at random:
    /// what was heard of them may be old.
    /// </summary>
    /// <param name="lenders">Each with what it could lend as last heard; nothing heard counts as 0.</param>
    /// <param name="bytes">What is to be borrowed.</param>
    /// <param name="pick">Answers a number from 0 to less than its argument, each as likely.</param>
    public static IReadOnlyList<string> Order(
        IReadOnlyCollection<(string Host, long FreePledgeBytes)> lenders, long bytes, Func<int, int> pick)
    {
        ArgumentNullException.ThrowIfNull(lenders);
        ArgumentNullException.ThrowIfNull(pick);
        List<(string Host, long FreePledgeBytes)> able = [.. lenders.Where(lender => lender.FreePledgeBytes >= bytes)];
        var order = new List<string>(lenders.Count);
        while (able.Count > 0)
        {
            int one = pick(able.Count);
            int other = pick(able.Count);
            int better = able[one].FreePledgeBytes >= able[other].FreePledgeBytes ? one : other;
            order.Add(able[better].Host);
            able[better] = able[^1];
            able.RemoveAt(able.Count - 1);
        }

        string[] others = [.. lenders.Where(lender => lender.FreePledgeBytes < bytes).Select(lender => lender.Host)];
        for (int i = others.Length - 1; i > 0; i--)
        {
            int other = pick(i + 1);
            (others[i], others[other]) = (others[other], others[i]);
        }

        order.AddRange(others);
        return order;
    }
}
