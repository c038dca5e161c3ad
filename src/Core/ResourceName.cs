namespace Headroom;

/// <summary>
/// Rules for the names of hosts, containers, subsystems and settings: what fits into a URL segment, a grain key, a
/// metric label and a Kubernetes object's name alike.
/// </summary>
public static class ResourceName
{
    /// <summary>The longest name: that of a Kubernetes object.</summary>
    public const int MaxLength = 253;

    /// <summary>The rule, as a sentence for an error message.</summary>
    public const string Rule = "must be 1 to 253 characters of A-Z a-z 0-9 . _ : @ -, and not \".\" or \"..\"";

    /// <summary>Whether a name follows <see cref="Rule"/>.</summary>
    public static bool IsValid(string? name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > MaxLength || name is "." or "..")
        {
            return false;
        }

        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or ':' or '@' or '-'))
            {
                return false;
            }
        }

        return true;
    }
}
